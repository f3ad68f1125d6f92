extension JSONSchema {
    func violations(
        in value: JSONValue, against node: SchemaNode, at pointer: String, _ effort: inout SchemaEffort
    ) -> [SchemaViolation] {
        func violation(_ expected: String, _ found: String? = nil) -> SchemaViolation {
            SchemaViolation(pointer: pointer, expected: expected, found: found ?? value.summary)
        }
        guard effort.begin() else { return [violation("a value that this schema needs less effort for")] }
        defer { effort.end() }
        if node.isNever { return [violation("nothing")] }
        var found: [SchemaViolation] = []
        if let name = node.reference, let target = self.definitions[name] {
            found += self.violations(in: value, against: target, at: pointer, &effort)
        }
        if let types = node.types, !types.contains(where: value.isOfType) {
            found.append(violation(types.map(\.rawValue).joined(separator: " or ")))
        }
        if let allowed = node.allowed, !allowed.contains(where: value.equals) {
            found.append(violation(node.allowedWords))
        }
        if let number = value.double {
            for bound in node.bounds where !bound.admits(number) { found.append(violation(bound.words)) }
        }
        switch value {
        case .object(let members): found += self.violations(in: members, against: node, at: pointer, &effort)
        case .array(let items): found += self.violations(in: items, against: node, at: pointer, &effort)
        default: break
        }
        for part in node.allOf { found += self.violations(in: value, against: part, at: pointer, &effort) }
        if !node.anyOf.isEmpty { found += self.violations(in: value, againstAnyOf: node.anyOf, at: pointer, &effort) }
        return found
    }

    private func violations(
        in members: JSONObject,
        against node: SchemaNode,
        at pointer: String,
        _ effort: inout SchemaEffort
    ) -> [SchemaViolation] {
        var found: [SchemaViolation] = []
        for name in node.required where members[name] == nil {
            found.append(
                SchemaViolation(
                    pointer: pointer,
                    expected: "a member \(JSONValue.string(name).text())",
                    found: members.isEmpty ? "no members" : "only \(Self.listed(members.keys, ", "))"
                )
            )
        }
        for (name, child) in node.properties {
            guard let member = members[name] else { continue }
            found += self.violations(in: member, against: child, at: pointer + "/" + JSONPointer.escape(name), &effort)
        }
        if let additional = node.additional.first {
            let declared = Set(node.properties.map(\.key))
            for (name, member) in members where !declared.contains(name) {
                let place = pointer + "/" + JSONPointer.escape(name)
                if additional.isNever {
                    found.append(
                        SchemaViolation(pointer: place, expected: "no such member", found: member.summary)
                    )
                } else {
                    found += self.violations(in: member, against: additional, at: place, &effort)
                }
            }
        }
        return found
    }

    private func violations(
        in items: [JSONValue], against node: SchemaNode, at pointer: String, _ effort: inout SchemaEffort
    ) -> [SchemaViolation] {
        var found: [SchemaViolation] = []
        func count(_ words: String) {
            found.append(
                SchemaViolation(
                    pointer: pointer,
                    expected: words,
                    found: "\(items.count) item\(items.count == 1 ? "" : "s")"
                )
            )
        }
        if let least = node.minItems, items.count < least { count("at least \(least) items") }
        if let most = node.maxItems, items.count > most { count("at most \(most) items") }
        for (index, item) in items.enumerated() {
            guard let child = index < node.prefixItems.count ? node.prefixItems[index] : node.items.first else { break }
            found += self.violations(in: item, against: child, at: "\(pointer)/\(index)", &effort)
        }
        return found
    }

    /// Where just one alternative is of the value's kind, what is wrong inside says more than "none of these".
    private func violations(
        in value: JSONValue,
        againstAnyOf alternatives: [SchemaNode],
        at pointer: String,
        _ effort: inout SchemaEffort
    ) -> [SchemaViolation] {
        var near: [[SchemaViolation]] = []
        for alternative in alternatives {
            let found = self.violations(in: value, against: alternative, at: pointer, &effort)
            if found.isEmpty { return [] }
            if self.types(of: alternative, &effort)?.contains(where: value.isOfType) ?? true { near.append(found) }
        }
        if near.count == 1, let found = near.first { return found }
        let words = alternatives.prefix(Self.wordsLimit).map {
            self.types(of: $0, &effort)?.map(\.rawValue).joined(separator: " or ") ?? "another shape"
        }
        return [SchemaViolation(pointer: pointer, expected: words.joined(separator: " or "), found: value.summary)]
    }

    /// More than so many words help nobody, nor do longer ones.
    private static let wordsLimit = 20
    private static let wordLimit = 80

    static func listed(_ words: some Collection<String>, _ separator: String) -> String {
        words.prefix(Self.wordsLimit).map { $0.prefix(Self.wordLimit) }.joined(separator: separator)
            + (words.count > Self.wordsLimit ? separator + "…" : "")
    }

    /// The types that a node names itself or through references; nil if it names none.
    private func types(of node: SchemaNode, _ effort: inout SchemaEffort) -> [JSONType]? {
        if let types = node.types { return types }
        guard effort.begin() else { return nil }
        defer { effort.end() }
        if let name = node.reference, let target = self.definitions[name] { return self.types(of: target, &effort) }
        for part in node.allOf { if let types = self.types(of: part, &effort) { return types } }
        return nil
    }
}

extension NumberBound {
    /// A value that is not a number (NaN) is within no bound.
    func admits(_ number: Double) -> Bool {
        switch self.kind {
        case .minimum: number >= self.value
        case .maximum: number <= self.value
        case .exclusiveMinimum: number > self.value
        case .exclusiveMaximum: number < self.value
        }
    }

    var words: String {
        let limit = JSONValue.number(self.value).text()
        switch self.kind {
        case .minimum: return "at least \(limit)"
        case .maximum: return "at most \(limit)"
        case .exclusiveMinimum: return "more than \(limit)"
        case .exclusiveMaximum: return "less than \(limit)"
        }
    }
}

extension JSONValue {
    fileprivate func isOfType(_ type: JSONType) -> Bool {
        switch (self, type) {
        case (.null, .null), (.bool, .boolean), (.string, .string), (.array, .array), (.object, .object): true
        case (.integer, .integer), (.integer, .number), (.number, .number): true
        case (.number(let value), .integer): value.isFinite && value.rounded(.towardZero) == value
        default: false
        }
    }

    /// Equality of JSON Schema: numbers by value, however they are written; members in any order.
    func equals(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): return Double(a) == b
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count && a.allSatisfy { key, value in b[key].map(value.equals) ?? false }
        default: return self == other
        }
    }

    /// The value in a few words, for messages.
    fileprivate var summary: String {
        switch self {
        case .null: "null"
        case .bool: "boolean \(self.text())"
        case .integer, .number: "number \(self.text())"
        case .string(let text):
            text.count <= 40 ? "string \(self.text())" : "string \(JSONValue.string(text.prefix(40) + "…").text())"
        case .array(let items): "array of \(items.count)"
        case .object(let members):
            members.isEmpty
                ? "an empty object"
                : "object with \(members.keys.prefix(5).map { $0.prefix(40) }.joined(separator: ", "))"
        }
    }
}
