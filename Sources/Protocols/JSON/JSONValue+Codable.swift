import FoundationEssentials

/// Swift values in and out of JSON, for what the journal keeps. Numbers that are not finite do not pass.
extension JSONValue {
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try self.init(parsing: encoder.encode(value), depthLimit: 64)
    }

    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(self.text().utf8))
    }
}
