/// A piece of wire text that cannot be read: what was expected, and where, counted in bytes from the start of the line.
public struct MethodScriptSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    public let expected: String
    public let offset: Int

    public init(expected: String, offset: Int) {
        self.expected = expected
        self.offset = offset
    }

    public var description: String { "expected \(self.expected) at byte \(self.offset)" }
}
