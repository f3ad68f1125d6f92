import Protocols

/// The words that capability schemas are written with.
enum SchemaWords {
    static let number: JSONValue = ["type": "number"]
    static let integer: JSONValue = ["type": "integer"]
    static let text: JSONValue = ["type": "string"]
    static let flag: JSONValue = ["type": "boolean"]
    /// Two numbers: a value and its uncertainty.
    static let pair: JSONValue = [
        "type": "array", "prefixItems": [["type": "number"], ["type": "number"]], "minItems": 2, "maxItems": 2,
    ]

    static func list(_ item: JSONValue) -> JSONValue { ["type": "array", "items": item] }

    static func map(_ item: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": item] }

    /// One of the shared definitions.
    static func shared(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/" + name)] }

    /// A member that may be absent or null.
    static func optional(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]], "default": nil] }

    /// A number with its unit, which is an annotation.
    static func number(in unit: String) -> JSONValue { ["type": "number", "unit": .string(unit)] }

    /// An object. Members whose schema is not `optional` are required.
    static func object(_ title: String, _ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        var properties = JSONObject()
        var required: [JSONValue] = []
        for (name, schema) in members {
            if schema["default"] == nil { required.append(.string(name)) }
            // A required object stands in a list of one, so that a description could stand beside it.
            properties[name] = schema["$ref"] == nil ? schema : ["allOf": [schema]]
        }
        var object: JSONObject = ["properties": .object(properties)]
        if !required.isEmpty { object["required"] = .array(required) }
        object["title"] = .string(title)
        object["type"] = "object"
        return .object(object)
    }

    /// A schema with those shared definitions that it uses, directly or through others.
    static func complete(_ schema: JSONValue) -> JSONValue {
        var used: [String] = []
        var open = Self.references(in: schema)
        while let name = open.popLast() {
            guard !used.contains(name), let definition = SharedDefinitions.all[name] else { continue }
            used.append(name)
            open += Self.references(in: definition)
        }
        guard !used.isEmpty, let members = schema.object else { return schema }
        var definitions = JSONObject()
        for name in used.sorted() { definitions[name] = SharedDefinitions.all[name] }
        var complete: JSONObject = ["$defs": .object(definitions)]
        for (key, value) in members { complete[key] = value }
        return .object(complete)
    }

    private static func references(in schema: JSONValue) -> [String] {
        switch schema {
        case .array(let items): return items.flatMap(Self.references)
        case .object(let members):
            let own = members["$ref"]?.string?.split(separator: "/").last.map { [String($0)] } ?? []
            return own + members.flatMap { Self.references(in: $0.value) }
        default: return []
        }
    }
}
