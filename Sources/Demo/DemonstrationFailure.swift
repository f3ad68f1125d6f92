/// Why a demonstration did not end well.
public struct DemonstrationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// 65 when results are wrong, 69 when a part did not answer in time, 74 when a file cannot be written.
    public let exitCode: Int32
    public let description: String

    init(_ exitCode: Int32, _ description: String) {
        self.exitCode = exitCode
        self.description = description
    }
}
