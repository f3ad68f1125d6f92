public import DeviceKit
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
    private var known: Set<String> = []

    init(node: Node, path: String, document: ConfigurationDocument) {
        self.node = node
        self.path = path
        self.document = document
    }

    /// The keys as written, for sections whose keys are names.
    public var keys: [String] { self.node.mapping?.compactMap { $0.key.string } ?? [] }

    public func report(_ message: String, key: String? = nil) {
        self.document.report(message, at: key.flatMap { self.node.mapping?[$0] } ?? self.node)
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
        guard let value = self.value(key) else { return nil }
        guard let text = value.scalar?.string, !text.isEmpty else {
            self.document.report("\(self.name(key)): expected a text", at: value)
            return nil
        }
        return text
    }

    public func optionalQuantity<Kind>(
        _ key: String, _ kind: Quantity<Kind>.Type = Quantity<Kind>.self, _ allowed: Allowed<Quantity<Kind>>? = nil
    ) -> Quantity<Kind>? {
        self.checked(
            key, self.parsed(key) { text throws(QuantityParseError) in try Quantity<Kind>(parsing: text) }, allowed)
    }

    public func optionalDuration(_ key: String, _ allowed: Allowed<Duration>? = nil) -> Duration? {
        self.checked(key, self.parsed(key) { text throws(QuantityParseError) in try Duration(parsing: text) }, allowed)
    }

    public func optionalInteger(_ key: String, _ allowed: Allowed<Int>? = nil) -> Int? {
        guard let value = self.value(key) else { return nil }
        guard let integer = value.int else {
            self.document.report("\(self.name(key)): expected a whole number", at: value)
            return nil
        }
        return self.checked(key, integer, allowed)
    }

    public func optionalBool(_ key: String) -> Bool? {
        guard let value = self.value(key) else { return nil }
        guard let bool = value.bool else {
            self.document.report("\(self.name(key)): expected true or false", at: value)
            return nil
        }
        return bool
    }

    public func optionalNumber(_ key: String, _ allowed: Allowed<Double>? = nil) -> Double? {
        guard let value = self.value(key) else { return nil }
        guard let number = value.float, number.isFinite else {
            self.document.report("\(self.name(key)): expected a number", at: value)
            return nil
        }
        return self.checked(key, number, allowed)
    }

    public func optionalSection(_ key: String) -> ConfigurationSection? {
        guard let value = self.value(key) else { return nil }
        guard case .mapping = value else {
            self.document.report("\(self.name(key)): expected a section with keys of its own", at: value)
            return nil
        }
        return ConfigurationSection(node: value, path: self.name(key), document: self.document)
    }

    public func optionalTexts(_ key: String) -> [String]? {
        guard let value = self.value(key) else { return nil }
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
            guard let name = key.string, !self.known.contains(name) else { continue }
            let nearest = self.known.min { name.editDistance(to: $0) < name.editDistance(to: $1) }
            let hint = nearest.map { name.editDistance(to: $0) <= 3 ? "; did you mean “\($0)”?" : "" } ?? ""
            let allowed = hint.isEmpty ? "; known here: \(self.known.sorted().joined(separator: ", "))" : hint
            self.document.report("unknown key “\(self.name(name))”\(allowed)", at: key.mark == nil ? value : key)
        }
    }

    private func value(_ key: String) -> Node? {
        self.known.insert(key)
        guard let value = self.node.mapping?[key] else { return nil }
        self.document.note(self.name(key), at: value)
        return value
    }

    private func required<Value>(_ key: String, _ read: () -> Value?) -> Value? {
        self.known.insert(key)
        if self.node.mapping?[key] == nil {
            self.document.report("missing key “\(self.name(key))”", at: self.node)
            return nil
        }
        return read()
    }

    /// Reports a value that is not allowed, and hands it out all the same, for the checks that follow.
    private func checked<Value>(_ key: String, _ value: Value?, _ allowed: Allowed<Value>?) -> Value? {
        if let value, let allowed, !allowed.contains(value) {
            let text = self.node.mapping?[key]?.scalar?.string ?? "\(value)"
            self.report("\(self.name(key)): “\(text)” must be \(allowed.words)", key: key)
        }
        return value
    }

    private func parsed<Value>(_ key: String, _ parse: (String) throws(QuantityParseError) -> Value) -> Value? {
        guard let text = self.optionalText(key) else { return nil }
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

extension String {
    /// Levenshtein distance, to find the key that was meant.
    func editDistance(to other: String) -> Int {
        let a = Array(self), b = Array(other)
        var row = Array(0...b.count)
        for i in 0..<a.count {
            var diagonal = row[0]
            row[0] = i + 1
            for j in 0..<b.count {
                let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
