import DeviceKit

extension StateCondition {
    /// Reads a condition.
    ///
    /// - Parameter kinds: of the states that may be named.
    /// - Throws: what cannot be read, and how it is written.
    init(parsing text: String, kinds: [String: ValueKind]) throws(QuantityParseError) {
        var alternatives: [[Term]] = []
        for alternative in Self.split(text, at: "or") {
            var terms: [Term] = []
            for term in Self.split(alternative, at: "and") { terms.append(try Term(parsing: term, kinds: kinds)) }
            alternatives.append(terms)
        }
        self.alternatives = alternatives
        self.text = text
    }

    /// The parts between a word that stands by itself.
    private static func split(_ text: String, at word: String) -> [String] {
        text.split(separator: " ", omittingEmptySubsequences: true).split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == word }
        ).map { $0.joined(separator: " ") }
    }
}

extension StateCondition.Term {
    fileprivate init(parsing text: String, kinds: [String: ValueKind]) throws(QuantityParseError) {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, let comparison = StateCondition.Comparison(rawValue: words[1]) else {
            throw QuantityParseError(
                description: "“\(text)” is no comparison; write STATE == VALUE, joined by `and` or `or`; "
                    + "other comparisons are != < <= > >=")
        }
        guard let kind = kinds[words[0]] else {
            let known = kinds.keys.sorted().joined(separator: ", ")
            throw QuantityParseError(description: "there is no state “\(words[0])”; known: \(known)")
        }
        if case .number = kind {
        } else if comparison != .equal, comparison != .unequal {
            throw QuantityParseError(description: "“\(words[0])” is no number; compare it by == or !=")
        }
        self.init(state: words[0], comparison: comparison, value: try kind.value(parsing: words[2]))
    }
}
