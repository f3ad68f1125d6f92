public import DeviceKit
import Protocols
import Yams

/// A mapping inside a configuration document. Reading a key marks it as known; `finish()` reports the others.
///
/// A value that can be read but is not allowed is reported and still handed out: one pass then finds more. Whoever
/// reads must not use anything of a document with errors.
public final class ConfigurationSection {
    /// Where the section stands, `devices.A0` for example; empty at the top.
    public let path: String
    public let document: ConfigurationDocument
    private let node: Node
    /// By key; of keys that YAML tells apart but that are the same text, the first counts.
    private let children: [String: Node]
    private var known: Set<String> = []
    /// Notes what is asked for, in place of a file's values.
    private let schema: SchemaRecorder?

    init(node: Node, path: String, document: ConfigurationDocument, schema: SchemaRecorder? = nil) {
        self.node = node
        self.children = Dictionary(
            node.mapping?.compactMap { key, value in key.scalar.map { ($0.string, value) } } ?? []
        ) { first, _ in first }
        self.path = path
        self.document = document
        self.schema = schema
    }

    /// The keys as written, for sections whose keys are names.
    public var keys: [String] { self.node.mapping?.compactMap { $0.key.scalar?.string } ?? [] }
    public func has(_ key: String) -> Bool { self.child(key) != nil }

    /// Whether the key has keys of its own, for values that may be written in two ways.
    public func isSection(_ key: String) -> Bool { self.child(key)?.mapping != nil }

    /// The keys of a section that is there; nothing of it counts as read by that.
    public func keys(of key: String) -> [String]? {
        self.node.mapping?[key]?.mapping?.compactMap { $0.key.scalar?.string }
    }

    public func report(_ message: String, key: String? = nil) {
        self.document.report(message, at: key.flatMap { self.child($0) } ?? self.node)
    }

    // MARK: Required values

    public func text(_ key: String) -> String? {
        self.required(key, { self.optionalText(key) })
    }

    public func quantity<Kind>(
        _ key: String, _ kind: Quantity<Kind>.Type = Quantity<Kind>.self, _ allowed: Allowed<Quantity<Kind>>? = nil
    ) -> Quantity<Kind>? {
        self.required(key, { self.optionalQuantity(key, kind, allowed) })
    }

    public func duration(_ key: String, _ allowed: Allowed<Duration>? = nil) -> Duration? {
        self.required(key, { self.optionalDuration(key, allowed) })
    }

    public func integer(_ key: String, _ allowed: Allowed<Int>? = nil) -> Int? {
        self.required(key, { self.optionalInteger(key, allowed) })
    }

    public func texts(_ key: String) -> [String]? { self.required(key, { self.optionalTexts(key) }) }
    public func section(_ key: String) -> ConfigurationSection? {
        self.required(key, { self.optionalSection(key) })
    }

    // MARK: Optional values

    public func optionalText(_ key: String) -> String? {
        self.optionalText(key, as: ["type": ["string", "number", "boolean"]])
    }

    /// - Parameter shape: says in the schema what the text must look like.
    func optionalText(_ key: String, as shape: JSONValue) -> String? {
        guard let value = self.value(key, as: shape) else { return nil }
        guard let text = value.scalar?.string, !text.isEmpty else {
            self.document.report("\(self.name(key)): expected a text", at: value)
            return nil
        }
        return text
    }

    public func optionalQuantity<Kind>(
        _ key: String, _ kind: Quantity<Kind>.Type = Quantity<Kind>.self, _ allowed: Allowed<Quantity<Kind>>? = nil
    ) -> Quantity<Kind>? {
        let units = Kind.units.map(\.symbol).joined(separator: ", ")
        return self.checked(
            key,
            self.parsed(key, "a number and its unit: \(units)") { text throws(QuantityParseError) in
                try Quantity<Kind>(parsing: text)
            }, allowed)
    }

    public func optionalDuration(_ key: String, _ allowed: Allowed<Duration>? = nil) -> Duration? {
        self.checked(
            key,
            self.parsed(key, "a number and its unit: ms, s, min, h, d") { text throws(QuantityParseError) in
                try Duration(parsing: text)
            }, allowed)
    }

    public func optionalInteger(_ key: String, _ allowed: Allowed<Int>? = nil) -> Int? {
        guard let value = self.value(key, as: ["type": "integer"]) else { return nil }
        guard let integer = value.int else {
            self.document.report("\(self.name(key)): expected a whole number", at: value)
            return nil
        }
        return self.checked(key, integer, allowed)
    }

    public func optionalBool(_ key: String) -> Bool? {
        guard let value = self.value(key, as: ["type": "boolean"]) else { return nil }
        guard let bool = value.bool else {
            self.document.report("\(self.name(key)): expected true or false", at: value)
            return nil
        }
        return bool
    }

    public func optionalNumber(_ key: String, _ allowed: Allowed<Double>? = nil) -> Double? {
        guard let value = self.value(key, as: ["type": "number"]) else { return nil }
        guard let number = value.float, number.isFinite else {
            self.document.report("\(self.name(key)): expected a number", at: value)
            return nil
        }
        return self.checked(key, number, allowed)
    }

    public func optionalSection(_ key: String) -> ConfigurationSection? {
        if let schema { return self.recording(schema.section(key), key) }
        guard let value = self.value(key, as: .null) else { return nil }
        return self.section(value, path: self.name(key))
    }

    /// The sections of a section whose keys are names, in the order of the file.
    public func entries(_ key: String) -> [(name: String, section: ConfigurationSection)] {
        if let schema { return [("NAME", self.recording(schema.entries(key), key))] }
        guard let value = self.value(key, as: .null), let section = self.section(value, path: self.name(key))
        else { return [] }
        return section.keys.compactMap { name in section.section(name).map { (name, $0) } }
    }

    /// The sections of a list.
    public func list(_ key: String) -> [ConfigurationSection] {
        if let schema { return [self.recording(schema.list(key), key)] }
        guard let value = self.value(key, as: .null) else { return [] }
        guard let items = value.sequence else {
            self.document.report("\(self.name(key)): expected a list of sections, [{ … }, { … }]", at: value)
            return []
        }
        return items.enumerated().compactMap { index, item in
            let path = "\(self.name(key)).\(index)"
            self.document.note(path, at: item)
            return self.section(item, path: path)
        }
    }

    /// The texts of a section whose keys are names, in the order of the file.
    public func words(_ key: String) -> [(key: String, text: String)] {
        let shape: JSONValue = [
            "type": "object", "additionalProperties": ["type": ["string", "number", "boolean"]],
        ]
        guard let value = self.value(key, as: shape), let section = self.section(value, path: self.name(key))
        else { return [] }
        return section.keys.compactMap { name in section.text(name).map { (name, $0) } }
    }

    /// The texts under all keys but some, for sections that take keys of others.
    func otherTexts(than taken: Set<String>) -> [(key: String, text: String)] {
        self.schema?.isOpen = true
        return self.keys.compactMap { key in taken.contains(key) ? nil : self.text(key).map { (key, $0) } }
    }

    public func optionalTexts(_ key: String) -> [String]? {
        let shape: JSONValue = ["type": "array", "items": ["type": ["string", "number", "boolean"]]]
        guard let value = self.value(key, as: shape) else { return nil }
        guard let texts = value.sequence?.compactMap(\.scalar?.string), texts.count == value.sequence?.count else {
            self.document.report("\(self.name(key)): expected a list of texts, [a, b]", at: value)
            return nil
        }
        for (index, item) in (value.sequence.map { Array($0) } ?? []).enumerated() {
            self.document.note("\(self.name(key)).\(index)", at: item)
        }
        return texts
    }

    /// Reports keys that nobody asked for, each with the nearest known one.
    public func finish() {
        for (key, value) in self.node.mapping.map({ Array($0) }) ?? [] {
            guard let name = key.scalar?.string, !self.known.contains(name) else { continue }
            // A long name is nobody's slip.
            let nearest = name.utf8.count > 64 ? [] : self.known.map { (key: $0, distance: name.editDistance(to: $0)) }
            let meant = nearest.filter { $0.distance <= 3 }.min { ($0.distance, $0.key) < ($1.distance, $1.key) }
            let hint = meant.map { "; did you mean “\($0.key)”?" } ?? ""
            let allowed = hint.isEmpty ? "; known here: \(self.known.sorted().joined(separator: ", "))" : hint
            self.document.report("unknown key “\(self.name(name))”\(allowed)", at: key.mark == nil ? value : key)
        }
    }

    /// Whether a key's value is a text or a number, and not a section or a list.
    public func isScalar(_ key: String) -> Bool { self.child(key)?.scalar != nil }
    public func isList(_ key: String) -> Bool { self.child(key)?.sequence != nil }
    /// Whether keys are only noted, and no file is read: then every way of writing something is to be asked for.
    public var isRecording: Bool { self.schema != nil }

    /// The value of a key, by its text: `no` and `"no"` are the same key, though YAML takes one of them for false.
    private func child(_ key: String) -> Node? { self.children[key] }

    private func section(_ node: Node, path: String) -> ConfigurationSection? {
        guard case .mapping = node else {
            self.document.report("\(path): expected a section with keys of its own", at: node)
            return nil
        }
        return ConfigurationSection(node: node, path: path, document: self.document)
    }

    private func recording(_ schema: SchemaRecorder, _ key: String) -> ConfigurationSection {
        ConfigurationSection(node: self.node, path: self.name(key), document: self.document, schema: schema)
    }

    private func value(_ key: String, as shape: JSONValue) -> Node? {
        self.schema?.note(key, shape)
        self.known.insert(key)
        guard let value = self.child(key) else { return nil }
        self.document.note(self.name(key), at: value)
        return value
    }

    func required<Value>(_ key: String, _ read: () -> Value?) -> Value? {
        self.known.insert(key)
        if let schema {
            schema.require(key)
            return read()
        }
        if self.child(key) == nil {
            self.document.report("missing key “\(self.name(key))”", at: self.node)
            return nil
        }
        return read()
    }

    /// Reports a value that is not allowed, and hands it out all the same, for the checks that follow.
    private func checked<Value>(_ key: String, _ value: Value?, _ allowed: Allowed<Value>?) -> Value? {
        if let value, let allowed, !allowed.contains(value) {
            let text = self.child(key)?.scalar?.string ?? "\(value)"
            self.report("\(self.name(key)): “\(text)” must be \(allowed.words)", key: key)
        }
        return value
    }

    func parsed<Value>(
        _ key: String, _ words: String, _ parse: (String) throws(QuantityParseError) -> Value
    ) -> Value? {
        let shape: JSONValue = ["type": "string", "description": .string(words)]
        guard let text = self.optionalText(key, as: shape) else { return nil }
        do {
            return try parse(text)
        } catch {
            self.report("\(self.name(key)): \(error)", key: key)
            return nil
        }
    }

    /// The key with the sections around it.
    public func name(_ key: String) -> String { self.path.isEmpty ? key : "\(self.path).\(key)" }
}
