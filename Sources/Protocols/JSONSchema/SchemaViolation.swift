/// One place where a value does not fit a schema.
public struct SchemaViolation: Sendable, Hashable {
    /// JSON Pointer (RFC 6901) to the offending value; empty for the whole document.
    public let pointer: String
    /// What the schema asks for, in words: `number`, `a member "volume"`, `at least 2 items`.
    public let expected: String
    /// What stands there instead, shortened: `string "4"`.
    public let found: String

    public init(pointer: String, expected: String, found: String) {
        self.pointer = pointer
        self.expected = expected
        self.found = found
    }
}

extension SchemaViolation: CustomStringConvertible {
    public var description: String {
        "\(self.pointer.isEmpty ? "the value" : self.pointer): expected \(self.expected), found \(self.found)"
    }
}

/// Why a JSON value cannot be used as a schema, and where in it.
public struct JSONSchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// JSON Pointer to the offending keyword inside the schema.
    public let pointer: String
    public let message: String

    init(at pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    public var description: String { "schema at \(self.pointer.isEmpty ? "its root" : self.pointer): \(self.message)" }
}
