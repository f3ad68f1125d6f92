import Analysis
import DeviceKit

/// A calibration that counts, as methods use it and results show it.
public struct CalibrationRecord: Sendable, Hashable, Codable {
    public var id: String
    public var kind: String
    /// Of what, as the lab's description names it.
    public var subject: String
    /// In the unit of its kind: 1/cm, g/cm³ (deviation from the reference), mL. Nil where nothing valid was measured, which
    /// no passed one lacks.
    public var value: Double?
    public var uncertainty: Double?
    /// What the lab's description said of the same then, in the same unit; nil where it says nothing.
    public var described: Double?
    public var isPassed: Bool
    /// ISO date.
    public var determined: String

    public init(
        id: String, kind: String, subject: String, value: Double?, uncertainty: Double?, described: Double? = nil,
        isPassed: Bool, determined: String
    ) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.value = value
        self.uncertainty = uncertainty
        self.described = described
        self.isPassed = isPassed
        self.determined = determined
    }
}

extension LabModel {
    /// The lab as its calibrations have found it. What the description says counts where it is newer.
    ///
    /// - Parameter records: the oldest first.
    public func applying(_ records: [CalibrationRecord]) -> LabModel {
        var lab = self
        for record in records {
            switch record.kind {
            case CellConstantDetermination.kind: lab.cell.use(record)
            case DensimeterVerification.kind where record.subject == self.densimeter?.subject(of: .water):
                lab.densimeter?.lastCheck = record
            case DensimeterVerification.kind where record.subject == self.densimeter?.subject(of: .air):
                lab.densimeter?.lastAirCheck = record
            default: continue
            }
        }
        lab.useLineVolumes(records.filter { $0.kind == LineVolumeDetermination.kind })
        return lab
    }

    /// What is to be calibrated again, in words.
    ///
    /// - Parameter day: ISO date.
    public func calibrationsDue(on day: String) -> [String] {
        var due: [String] = []
        if let words = self.cell.expiry(on: day) {
            due.append("\(words); determine it: `edge-agent calibrate cell-constant`")
        }
        if let densimeter, let doubt = densimeter.checkDoubt(on: day) {
            due.append("\(doubt.reason); check it: `edge-agent calibrate densimeter`")
        }
        for line in self.vialLines {
            guard let doubt = self.doubt(of: line, on: day) else { continue }
            due.append("\(doubt); weigh it: `edge-agent calibrate line-volume \(line.vials.first ?? "VIAL")`")
        }
        return due
    }
}

extension ConductivityCell {
    /// Takes a constant over that was determined by a run, unless it must not be used or another one is newer.
    fileprivate mutating func use(_ record: CalibrationRecord) {
        guard record.isPassed, record.subject == self.instrument, record.determined >= self.constantDetermined,
            let value = record.value, let uncertainty = record.uncertainty
        else { return }
        self.constant = Measured(
            CellConstant(value, .perCentimetre), uncertainty: CellConstant(uncertainty, .perCentimetre))
        self.constantDetermined = record.determined
        self.calibration = record.id
    }

    /// Why the constant is too old, in words; nil if it is not.
    func expiry(on day: String) -> String? {
        guard let maximum = self.constantMaximumAge, let age = CalendarDay.days(from: self.constantDetermined, to: day),
            .seconds(86_400) * age > maximum
        else { return nil }
        return "the constant of the cell \(self.instrument) is \(age) days old, its limit is "
            + "\(Int(maximum / .seconds(86_400))) days"
    }
}

extension DensimeterCell {
    /// What a check is of. Each standard has its own: air says nothing of what is wrong with water.
    func subject(of standard: DensityStandard) -> String {
        standard == .water ? self.densimeter : "\(self.densimeter), \(standard.rawValue)"
    }

    /// Why a density is doubted, and the rating that is left; nil if it is not.
    func checkDoubt(on day: String) -> (rating: Int, reason: String)? {
        let checks = [self.lastCheck, self.lastAirCheck].compactMap(\.self)
        if let failed = checks.first(where: { !$0.isPassed }) {
            return (1, "\(self.densimeter) did not pass its check of \(failed.determined)")
        }
        guard let maximum = self.checkMaximumAge else { return nil }
        guard let lastCheck = checks.max(by: { $0.determined < $1.determined }) else {
            return (3, "\(self.densimeter) was never checked here")
        }
        guard let age = CalendarDay.days(from: lastCheck.determined, to: day), .seconds(86_400) * age > maximum
        else { return nil }
        return (
            3,
            "the last check of \(self.densimeter) is \(age) days old, its limit is \(Int(maximum / .seconds(86_400))) days"
        )
    }
}
