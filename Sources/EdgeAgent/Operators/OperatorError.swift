/// Why a verb could not be done: how the program ends, and what people read.
public struct OperatorError: Error, Sendable, Hashable, CustomStringConvertible {
    public let status: ExitStatus
    /// What is wrong and what to do next.
    public let description: String
    /// The entry of an answer that is wrong or missing; nil where something else is.
    public let entry: String?

    public init(_ status: ExitStatus, _ description: String, entry: String? = nil) {
        self.status = status
        self.description = description
        self.entry = entry
    }
}
