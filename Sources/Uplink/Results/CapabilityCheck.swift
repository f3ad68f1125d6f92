public import Protocols
public import Store

/// Holds parameters and results against a capability's schemas, as the broker would, and more: it checks the
/// parameters of a result only, and answers with an internal error.
public struct CapabilityCheck: Sendable {
    private let input: JSONSchema
    private let output: JSONSchema

    /// - Throws: if a schema uses what this program does not understand.
    public init(_ capability: StoredCapability) throws(JSONSchemaError) {
        self.input = try JSONSchema(capability.inputSchema)
        self.output = try JSONSchema(capability.outputSchema)
    }

    /// Where the parameters for one method do not fit.
    public func violations(inParameters parameters: JSONValue) -> [SchemaViolation] {
        self.input.violations(in: parameters)
    }

    /// Where a result's data or its parameters do not fit.
    public func violations(in result: FinalesResult) -> [SchemaViolation] {
        let data = self.output.violations(in: .object(result.data)).map { Self.moved($0, below: "/data") }
        guard let parameters = result.parameters[result.method] else {
            return data + [
                SchemaViolation(
                    pointer: "/parameters", expected: "a member \"\(result.method)\"",
                    found: result.parameters.keys.joined(separator: ", "))
            ]
        }
        let pointer = "/parameters/\(result.method)"
        return data + self.input.violations(in: parameters).map { Self.moved($0, below: pointer) }
    }

    private static func moved(_ violation: SchemaViolation, below pointer: String) -> SchemaViolation {
        SchemaViolation(pointer: pointer + violation.pointer, expected: violation.expected, found: violation.found)
    }
}
