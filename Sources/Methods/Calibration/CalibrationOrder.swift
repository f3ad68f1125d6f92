import DeviceKit
public import Protocols

/// What a person asks the lab to determine about itself: kept with its run, so that it can be judged again after a crash.
public enum CalibrationOrder: Sendable, Hashable, Codable {
    case cellConstant(CellConstantDetermination)
    case densimeter(DensimeterVerification)
    case lineVolume(LineVolumeDetermination)

    /// As it is listed and asked for, `cell constant` for example.
    public var kind: String {
        switch self {
        case .cellConstant: CellConstantDetermination.kind
        case .densimeter: DensimeterVerification.kind
        case .lineVolume: LineVolumeDetermination.kind
        }
    }

    /// Plans it; nothing moves. Throws why it cannot be done now.
    public func prepare(
        _ sample: SampleIdentity, of lab: LabModel, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        switch self {
        case .cellConstant(let order): try order.prepare(sample, of: lab, in: situation)
        case .densimeter(let order): try order.prepare(sample, of: lab, in: situation)
        case .lineVolume(let order): try order.prepare(sample, of: lab, in: situation)
        }
    }

    /// What a run whose steps all have their outcome has found.
    public func finding(
        _ run: PreparedRun, _ outcomes: [StepOutcome], of lab: LabModel
    ) throws(RequestRefusal) -> CalibrationFinding {
        switch self {
        case .cellConstant(let order): try order.finding(run, outcomes, of: lab)
        case .densimeter(let order): try order.finding(run, outcomes, of: lab)
        case .lineVolume(let order): try order.finding(run, outcomes, of: lab)
        }
    }
}

/// What a calibration has found.
public struct CalibrationFinding: Sendable, Hashable {
    /// Of what, as the lab's description names it.
    public var subject: String
    /// In `unit`, with its standard uncertainty; nil where nothing valid was measured, which is a fault.
    public var value: Double?
    public var uncertainty: Double?
    public var unit: String
    /// Why it must not be used; empty for one that may.
    public var faults: [String]
    public var detail: JSONValue
    public var rawFiles: [RawFileReference]

    public init(
        subject: String, value: Double?, uncertainty: Double?, unit: String, faults: [String], detail: JSONValue,
        rawFiles: [RawFileReference]
    ) {
        self.subject = subject
        self.value = value
        self.uncertainty = uncertainty
        self.unit = unit
        self.faults = faults
        self.detail = detail
        self.rawFiles = rawFiles
    }
}

extension [StepOutcome] {
    /// What was entered at each question, in their order.
    func entries(_ name: String) -> [String] {
        self.compactMap { outcome in
            if case .answered(let answered) = outcome { answered.answer.entries[name] } else { nil }
        }
    }

    /// The last person who answered.
    public var person: String? {
        self.reversed().lazy.compactMap { outcome in
            if case .answered(let answered) = outcome { answered.person } else { nil }
        }.first
    }
}

extension Quantity {
    /// As an operator entered it, checked when it was answered.
    init(entered text: String) throws(RequestRefusal) {
        do throws(QuantityParseError) {
            try self.init(parsing: text)
        } catch {
            throw RequestRefusal(.unservable, error.description)
        }
    }
}
