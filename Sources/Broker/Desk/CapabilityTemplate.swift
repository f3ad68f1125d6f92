import Protocols

/// Turns a schema into the template that the original shows: each member with a word on whether it is required, and
/// its type. Its oddities (Python notation inside texts, words lost on the way) are part of the interface.
struct CapabilityTemplate {
    /// Whether a choice without `null` is described, where the original fails.
    let isTolerant: Bool
    private var definitions: JSONValue = [:]

    init(isTolerant: Bool) { self.isTolerant = isTolerant }

    /// The template of an object's schema; empty for every other schema.
    mutating func members(of schema: JSONValue) throws(Refusal) -> JSONObject {
        if let definitions = schema["definitions"] ?? schema["$defs"] { self.definitions = definitions }
        guard schema["type"]?.string == "object", let properties = schema["properties"]?.object else { return [:] }
        let required = schema["required"]?.array ?? []
        var template = JSONObject()
        var lastWord: String?
        for (name, property) in properties {
            let word = required.contains(.string(name)) ? "required" : "optional"
            if let type = property["type"]?.string {
                switch type {
                case "array": template[name] = .array([try self.items(of: property, word: word)])
                case "object": template[name] = .object(try self.members(of: property))
                default: template[name] = .string("\(word), \(Self.word(for: type))")
                }
            } else if let parts = property["allOf"]?.array {
                if let target = parts.last(where: { $0["$ref"] != nil }) {
                    template[name] = .object(try self.members(of: self.target(of: target)))
                }
            } else if let alternatives = property["anyOf"]?.array {
                let pieces = try self.pieces(of: alternatives, word: word, lastWord: &lastWord)
                guard let remembered = lastWord ?? (self.isTolerant ? word : nil) else {
                    throw .crash("template: the choice of \(name) has no null")
                }
                template[name] = .string("\(remembered), \(pieces.joined(separator: " or "))")
            }
        }
        return template
    }

    private mutating func items(of schema: JSONValue, word: String) throws(Refusal) -> JSONValue {
        let items = schema["items"] ?? [:]
        if items["$ref"] != nil { return .object(try self.members(of: self.target(of: items))) }
        guard let type = items["type"]?.string else { return .object([:]) }
        if type == "array" { return .array([try self.items(of: items, word: word)]) }
        return .string("\(word), \(Self.word(for: type))")
    }

    private mutating func pieces(
        of alternatives: [JSONValue], word: String, lastWord: inout String?
    ) throws(Refusal) -> [String] {
        var pieces: [String] = []
        for alternative in alternatives {
            for (key, value) in alternative.object ?? [:] {
                switch (key, value.string) {
                case ("$ref", _):
                    pieces.append(Self.representation(.object(try self.members(of: self.target(of: alternative)))))
                case ("additionalProperties", _):
                    if value["$ref"] != nil {
                        let nested = try self.members(of: self.target(of: value))
                        pieces.append(Self.representation(.object(["\(word), str": .object(nested)])))
                    } else if let type = value["type"]?.string {
                        pieces.append(Self.word(for: type))
                    }
                case ("type", "null"): lastWord = "optional"
                case ("type", "array"): pieces.append(try self.arrayPiece(alternative, word: word))
                case ("type", "object"): break
                case ("type", let type?): pieces.append(Self.word(for: type))
                default: break
                }
            }
        }
        return pieces
    }

    private mutating func arrayPiece(_ schema: JSONValue, word: String) throws(Refusal) -> String {
        let items: [JSONValue]
        if let prefix = schema["prefixItems"]?.array {
            items = prefix.compactMap { $0["type"]?.string }.map { .string(Self.word(for: $0)) }
        } else {
            items = [try self.items(of: schema, word: word)]
        }
        let isTuple = schema["minItems"] != nil && schema["minItems"] == schema["maxItems"]
        let list = items.map(Self.representation).joined(separator: ", ")
        return isTuple ? "(\(list)\(items.count == 1 ? "," : ""))" : "[\(list)]"
    }

    private func target(of reference: JSONValue) -> JSONValue {
        let name = reference["$ref"]?.string?.split(separator: "/").last ?? ""
        return self.definitions[String(name)] ?? [:]
    }

    private static func word(for type: String) -> String {
        switch type {
        case "number": "float"
        case "integer": "int"
        case "string": "str"
        case "boolean": "bool"
        default: type
        }
    }

    /// Python's `repr` of a template.
    private static func representation(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): PythonText.quoted(text)
        case .array(let items): "[" + items.map(Self.representation).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { PythonText.quoted($0.key) + ": " + Self.representation($0.value) }
                .joined(separator: ", ") + "}"
        default: value.text()
        }
    }
}
