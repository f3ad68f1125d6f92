/// A schema with its keywords read and checked.
struct SchemaNode: Sendable {
    var types: [JSONType]?
    var allowed: [JSONValue]?
    /// `allowed` for people.
    var allowedWords = ""
    var properties: [(key: String, node: SchemaNode)] = []
    var required: [String] = []
    /// At most one: what members outside `properties` must fit.
    var additional: [SchemaNode] = []
    var prefixItems: [SchemaNode] = []
    /// At most one: what items beyond `prefixItems` must fit.
    var items: [SchemaNode] = []
    var minItems: Int?
    var maxItems: Int?
    var bounds: [NumberBound] = []
    var anyOf: [SchemaNode] = []
    var allOf: [SchemaNode] = []
    var reference: String?
    /// The schema `false`: nothing fits.
    var isNever = false
}

/// The types of JSON Schema. `integer` takes `2` and `2.0`; booleans are neither integers nor numbers.
enum JSONType: String, Sendable {
    case null, boolean, integer, number, string, array, object
}

/// A limit of a number's value.
struct NumberBound: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case minimum, maximum, exclusiveMinimum, exclusiveMaximum
    }
    let kind: Kind
    let value: Double
}

/// Turns JSON into schema nodes and notes the references for a check at the end.
struct SchemaReader {
    private var references: [(name: String, pointer: String)] = []

    /// References that lead on to another one.
    private static let longestChain = 64

    /// Validating or applicator keywords of Draft 2020-12 that are not supported.
    private static let unsupported: Set<String> = [
        "not", "oneOf", "if", "then", "else", "pattern", "patternProperties", "propertyNames", "contains",
        "minContains", "maxContains", "uniqueItems", "multipleOf", "minLength", "maxLength", "minProperties",
        "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties",
        "$dynamicRef",
    ]

    mutating func node(_ schema: JSONValue, at pointer: String) throws(JSONSchemaError) -> SchemaNode {
        if let constant = schema.bool { return SchemaNode(isNever: !constant) }
        guard let members = schema.object else { throw JSONSchemaError(at: pointer, "must be an object or a boolean") }
        var node = SchemaNode()
        for (key, value) in members {
            let place = pointer + "/" + JSONPointer.escape(key)
            switch key {
            case "type": node.types = try Self.types(value, at: place)
            case "enum":
                guard let values = value.array else { throw JSONSchemaError(at: place, "must be an array") }
                node.allowed = node.allowed?.filter { kept in values.contains { kept.equals($0) } } ?? values
            case "const": node.allowed = (node.allowed ?? [value]).filter { $0.equals(value) }
            case "properties":
                guard let properties = value.object else { throw JSONSchemaError(at: place, "must be an object") }
                for (name, property) in properties {
                    let child = try self.node(property, at: place + "/" + JSONPointer.escape(name))
                    node.properties.append((name, child))
                }
            case "required": node.required = try Self.strings(value, at: place)
            case "additionalProperties": node.additional = [try self.node(value, at: place)]
            case "items": node.items = [try self.node(value, at: place)]
            case "prefixItems": node.prefixItems = try self.nodes(value, at: place)
            case "anyOf":
                node.anyOf = try self.nodes(value, at: place)
                guard !node.anyOf.isEmpty else { throw JSONSchemaError(at: place, "must not be empty") }
            case "allOf": node.allOf = try self.nodes(value, at: place)
            case "minItems": node.minItems = try Self.count(value, at: place)
            case "maxItems": node.maxItems = try Self.count(value, at: place)
            case "$ref": node.reference = try self.reference(value, at: place)
            default:
                if let kind = NumberBound.Kind(rawValue: key) {
                    guard let limit = value.double else { throw JSONSchemaError(at: place, "must be a number") }
                    node.bounds.append(NumberBound(kind: kind, value: limit))
                } else if Self.unsupported.contains(key) {
                    throw JSONSchemaError(at: place, "this keyword is not supported")
                }
            }
        }
        node.allowedWords = JSONSchema.listed((node.allowed ?? []).prefix(21).map { $0.text() }, " or ")
        return node
    }

    /// Checks that every reference leads somewhere, and that none leads back to itself without going into the value.
    func resolve(in definitions: [String: SchemaNode]) throws(JSONSchemaError) {
        for reference in self.references where definitions[reference.name] == nil {
            throw JSONSchemaError(at: reference.pointer, "refers to #/$defs/\(reference.name), which does not exist")
        }
        var settled: Set<String> = []
        for name in definitions.keys.sorted() {
            try Self.follow(name, in: definitions, path: [], settled: &settled)
        }
    }

    private static func follow(
        _ name: String,
        in definitions: [String: SchemaNode],
        path: [String],
        settled: inout Set<String>
    ) throws(JSONSchemaError) {
        guard !settled.contains(name), let node = definitions[name] else { return }
        guard !path.contains(name) else {
            throw JSONSchemaError(at: "/$defs/" + JSONPointer.escape(name), "refers to itself for the same value")
        }
        guard path.count < Self.longestChain else {
            throw JSONSchemaError(at: "/$defs/" + JSONPointer.escape(name), "a reference over too many others")
        }
        for next in node.referencesForSameValue {
            try Self.follow(next, in: definitions, path: path + [name], settled: &settled)
        }
        settled.insert(name)
    }

    private mutating func nodes(_ value: JSONValue, at pointer: String) throws(JSONSchemaError) -> [SchemaNode] {
        guard let schemas = value.array else { throw JSONSchemaError(at: pointer, "must be an array") }
        var nodes: [SchemaNode] = []
        for (index, schema) in schemas.enumerated() { nodes.append(try self.node(schema, at: "\(pointer)/\(index)")) }
        return nodes
    }

    private mutating func reference(_ value: JSONValue, at pointer: String) throws(JSONSchemaError) -> String {
        let prefix = "#/$defs/"
        guard let target = value.string, target.hasPrefix(prefix), !target.dropFirst(prefix.count).contains("/") else {
            throw JSONSchemaError(at: pointer, "only references to #/$defs/<name> are supported")
        }
        let name = JSONPointer.unescape(target.dropFirst(prefix.count))
        self.references.append((name, pointer))
        return name
    }

    private static func types(_ value: JSONValue, at pointer: String) throws(JSONSchemaError) -> [JSONType] {
        var types: [JSONType] = []
        let names: [String]
        if let name = value.string { names = [name] } else { names = try Self.strings(value, at: pointer) }
        for name in names {
            guard let type = JSONType(rawValue: name) else {
                throw JSONSchemaError(at: pointer, "unknown type \(name)")
            }
            types.append(type)
        }
        return types
    }

    private static func strings(_ value: JSONValue, at pointer: String) throws(JSONSchemaError) -> [String] {
        let strings = value.array?.compactMap(\.string)
        guard let strings, strings.count == value.array?.count else {
            throw JSONSchemaError(at: pointer, "must be an array of strings")
        }
        return strings
    }

    private static func count(_ value: JSONValue, at pointer: String) throws(JSONSchemaError) -> Int {
        guard let count = value.integer, let number = Int(exactly: count), number >= 0 else {
            throw JSONSchemaError(at: pointer, "must be a whole number that is not negative")
        }
        return number
    }
}

extension SchemaNode {
    /// The definitions that are applied to the same value as this node itself.
    fileprivate var referencesForSameValue: [String] {
        (self.reference.map { [$0] } ?? []) + (self.anyOf + self.allOf).flatMap(\.referencesForSameValue)
    }
}
