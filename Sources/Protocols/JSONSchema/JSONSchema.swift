/// A validator for the part of JSON Schema Draft 2020-12 that capability schemas use.
///
/// Checked: `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `prefixItems`,
/// `minItems`, `maxItems`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `anyOf`, `allOf`, and `$ref`
/// to `#/$defs/<name>`. Unknown words (`title`, `unit`, `default`, `format` …) are annotations. A validating keyword
/// of the draft that is not in this list is refused when the schema is read, because ignoring it would accept values
/// that the schema forbids.
///
///     let schema = try JSONSchema(["type": "object", "required": ["volume"]])
///     schema.violations(in: ["volume": 4.2]).isEmpty
public struct JSONSchema: Sendable {
    /// The schema as it was given.
    public let source: JSONValue
    let root: SchemaNode
    let definitions: [String: SchemaNode]

    /// Reads a schema.
    ///
    /// - Throws: when a keyword has the wrong shape, is not supported, or refers to something that is not there.
    public init(_ schema: JSONValue) throws(JSONSchemaError) {
        var reader = SchemaReader()
        self.source = schema
        self.root = try reader.node(schema, at: "")
        var definitions: [String: SchemaNode] = [:]
        if let value = schema["$defs"] {
            guard let members = value.object else { throw JSONSchemaError(at: "/$defs", "must be an object") }
            for (name, definition) in members {
                definitions[name] = try reader.node(definition, at: "/$defs/" + JSONPointer.escape(name))
            }
        }
        self.definitions = definitions
        try reader.resolve(in: definitions)
    }

    /// All places where `value` does not fit, in the order of the document; empty when it fits.
    public func violations(in value: JSONValue) -> [SchemaViolation] {
        var effort = SchemaEffort(for: value)
        return self.violations(in: value, against: self.root, at: "", &effort)
    }

    /// Whether `value` fits.
    public func accepts(_ value: JSONValue) -> Bool { self.violations(in: value).isEmpty }
}

/// Text of JSON Pointers (RFC 6901).
enum JSONPointer {
    /// One step of a pointer. A key of more than 200 characters is cut: pointers are for people, and grow with each step.
    static func escape(_ key: String) -> String {
        var text = ""
        let shown = key.prefix(200)
        for character in shown {
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
        return shown.endIndex < key.endIndex ? text + "…" : text
    }

    static func unescape(_ token: some StringProtocol) -> String {
        var text = ""
        var isEscape = false
        for character in token {
            if isEscape {
                text += character == "1" ? "/" : character == "0" ? "~" : "~\(character)"
                isEscape = false
            } else if character == "~" {
                isEscape = true
            } else {
                text.append(character)
            }
        }
        return isEscape ? text + "~" : text
    }
}
