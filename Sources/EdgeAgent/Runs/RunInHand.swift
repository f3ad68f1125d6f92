import Methods
import Protocols
import Store

/// A run as the engine carries it out: what the journal keeps of it, read back.
struct RunInHand: Sendable {
    /// What the lab does on its own account is filed under this name.
    static let cleaning = (quantity: "lab", method: "clean")
    static let calibrating = (quantity: "lab", method: "calibrate")

    let id: UUIDv7
    /// The broker's id of the request, or what the run is for.
    let requestID: String
    let quantity: String
    /// Of the run's request; nil for what the lab does on its own account.
    let method: (any Method)?
    /// What is to be determined; nil unless this is a calibration.
    let calibration: CalibrationRequest?
    let prepared: PreparedRun

    var isCleaning: Bool { self.method == nil && self.calibration == nil }

    /// What is done to serve the request; for cleaning, rinsing and drying.
    var plan: Plan { self.isCleaning ? self.prepared.cleanup : self.prepared.plan }

    /// The words by which people know it.
    var title: String {
        self.method == nil
            ? self.requestID : "\(self.quantity)/\(self.method?.name ?? "") for request \(self.requestID)"
    }

    init(id: UUIDv7, _ prepared: PreparedRun, by method: any Method) {
        self.id = id
        self.requestID = prepared.sample.request
        self.quantity = method.quantity
        self.method = method
        self.calibration = nil
        self.prepared = prepared
    }

    /// - Throws: `.badState` if this lab has no such method, or what is kept is of another version.
    init(_ record: RunRecord, methods: [any Method]) throws(AgentError) {
        guard let prepared = try? record.memory?.decode(PreparedRun.self) else {
            throw AgentError(.badState, "run \(record.id) is kept in a form that this version cannot read")
        }
        self.id = record.id
        self.requestID = record.requestID
        self.quantity = record.quantity
        self.prepared = prepared
        if record.isCalibration {
            guard let request = try? record.request.decode(CalibrationRequest.self) else {
                throw AgentError(.badState, "run \(record.id) is kept in a form that this version cannot read")
            }
            self.calibration = request
            self.method = nil
            return
        }
        self.calibration = nil
        guard !record.isCleaning else {
            self.method = nil
            return
        }
        guard let method = methods.first(where: { $0.quantity == record.quantity && $0.name == record.method }) else {
            throw AgentError(
                .badState, "run \(record.id) is of \(record.quantity)/\(record.method), which this lab does not offer")
        }
        self.method = method
    }

    /// The run that rinses and dries after this one; nil if there is nothing to do.
    func cleaning(_ id: UUIDv7) throws(AgentError) -> NewRun? {
        guard !self.isCleaning, !self.prepared.cleanup.steps.isEmpty else { return nil }
        return NewRun(
            id: id, request: .null, requestID: "cleaning after \(self.id)", quantity: Self.cleaning.quantity,
            method: Self.cleaning.method, memory: try JSONValue(kept: self.prepared))
    }
}

extension RunRecord {
    /// Whether people alone carry it out: it holds no device, and whatever waits for it, the lab does not.
    var isManual: Bool { (try? self.memory?.decode(PreparedRun.self))?.plan.isManual == true && !self.isCleaning }

    /// Whether it determines something about the lab itself.
    var isCalibration: Bool {
        self.quantity == RunInHand.calibrating.quantity && self.method == RunInHand.calibrating.method
    }

    /// Whether it rinses and dries after another run.
    var isCleaning: Bool {
        self.quantity == RunInHand.cleaning.quantity && self.method == RunInHand.cleaning.method
    }
}
