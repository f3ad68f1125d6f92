public import Protocols

/// A capability's two schemas as the broker gave them last, for checks while it cannot be reached.
public struct StoredCapability: Sendable, Hashable {
    public let quantity: String
    public let method: String
    public let inputSchema: JSONValue
    public let outputSchema: JSONValue

    public init(quantity: String, method: String, inputSchema: JSONValue, outputSchema: JSONValue) {
        self.quantity = quantity
        self.method = method
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
    }
}
