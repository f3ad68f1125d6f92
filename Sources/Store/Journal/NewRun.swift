public import Protocols

/// A run that is about to be noted.
public struct NewRun: Sendable, Hashable {
    /// From the journal's `ids`.
    public let id: UUIDv7
    /// The request as the broker gave it; null for what the lab does on its own account.
    public let request: JSONValue
    /// The broker's id of the request, or what the run is for.
    public let requestID: String
    public let quantity: String
    public let method: String
    public let plan: JSONValue?
    /// What the run has to know after a restart.
    public let memory: JSONValue?

    public init(
        id: UUIDv7, request: JSONValue, requestID: String, quantity: String, method: String, plan: JSONValue? = nil,
        memory: JSONValue? = nil
    ) {
        self.id = id
        self.request = request
        self.requestID = requestID
        self.quantity = quantity
        self.method = method
        self.plan = plan
        self.memory = memory
    }

    func record(at moment: Moment) -> RunRecord {
        RunRecord(
            id: self.id, requestID: self.requestID, quantity: self.quantity, method: self.method, state: .queued,
            reason: "", request: self.request, plan: self.plan, memory: self.memory, created: moment, changed: moment)
    }
}
