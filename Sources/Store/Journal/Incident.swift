public import Protocols

/// Something that happened to the machine or to what the agent remembers, rather than to a run.
public struct Incident: Sendable, Hashable, Identifiable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A file was found damaged; stays an alarm until an operator acknowledges it.
        case damage
        /// Somebody or something set the clock: `step_microseconds`.
        case clockStep = "clock_step"
        /// Rows were given up: which, how many, and why.
        case loss
    }

    public let id: UUIDv7
    public let kind: Kind
    public let detail: JSONValue
    public let occurred: Moment
    /// Who has acknowledged it; empty if nobody has, or need.
    public let acknowledgedBy: String
}
