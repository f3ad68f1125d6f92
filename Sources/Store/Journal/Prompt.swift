public import Protocols

/// A question to an operator. It survives restarts with the time at which it was first asked.
public struct Prompt: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        case asked, answered, expired
    }

    public let id: UUIDv7
    /// The run that waits, if one does.
    public let run: UUIDv7?
    public let question: JSONValue
    public let state: State
    public let answer: JSONValue?
    /// Who answered; empty before.
    public let answeredBy: String
    public let asked: Moment
    /// By when an answer is wanted, in microseconds since 1970 UTC.
    public let due: Int64?
    public let changed: Moment
}
