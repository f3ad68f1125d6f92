/// Why the agent cannot start, or a run cannot go on.
public struct AgentError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The description of the lab names what is not there.
        case misconfigured
        /// What the agent remembers does not fit the lab.
        case badState
        /// A device or the broker is not to be had.
        case unavailable
        /// The journal cannot be written.
        case storage
        case runFailed
    }

    public let code: Code
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
