/// Why a verb could not be done: how the program ends, and what people read.
public struct OperatorError: Error, Sendable, Hashable, CustomStringConvertible {
    public let status: ExitStatus
    /// What is wrong and what to do next.
    public let description: String

    public init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
