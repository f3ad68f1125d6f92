public import Protocols

/// One request being served, as the journal remembers it.
public struct RunRecord: Sendable, Hashable, Identifiable {
    public let id: UUIDv7
    /// The broker's id of the request.
    public let requestID: String
    public let quantity: String
    public let method: String
    public let state: RunState
    /// Why it is in this state, in words; empty if there is nothing to say.
    public let reason: String
    /// The request as the broker gave it.
    public let request: JSONValue
    /// The plan, once there is one.
    public let plan: JSONValue?
    /// What the run has to know after a restart, such as which liquid stands where.
    public let memory: JSONValue?
    public let created: Moment
    /// When the state changed last.
    public let changed: Moment
}
