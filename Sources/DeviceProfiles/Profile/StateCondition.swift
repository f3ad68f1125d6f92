public import DeviceKit

/// A condition on a device's states, `valve == bypass and held > 5 µL`: comparisons joined by `and`, and those by `or`.
public struct StateCondition: Sendable, Hashable {
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        case equal = "=="
        case unequal = "!="
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"
    }

    public struct Term: Sendable, Hashable {
        public var state: String
        public var comparison: Comparison
        public var value: StateValue
    }

    /// It holds if all terms of one of these do.
    public let alternatives: [[Term]]
    /// As it was written.
    public let text: String

    /// The states that must be known.
    public var states: Set<String> { Set(self.alternatives.joined().map(\.state)) }

    /// Nil where a state that matters is not among the values.
    public func holds(_ values: [String: StateValue]) -> Bool? {
        var isKnown = true
        for terms in self.alternatives {
            var holds = true
            for term in terms {
                switch values[term.state].flatMap(term.holds) {
                case .some(true): continue
                case .some(false): holds = false
                case nil:
                    holds = false
                    isKnown = false
                }
            }
            if holds { return true }
        }
        return isKnown ? false : nil
    }
}

extension StateCondition.Term {
    fileprivate func holds(_ value: StateValue) -> Bool? {
        switch (value, self.value) {
        case (.number(let a), .number(let b)):
            guard let b = b.in(a.unit) else { return nil }
            switch self.comparison {
            case .equal: return a.value == b
            case .unequal: return a.value != b
            case .atMost: return a.value <= b
            case .atLeast: return a.value >= b
            case .below: return a.value < b
            case .above: return a.value > b
            }
        case (.option, .option), (.text, .text), (.text, .option), (.option, .text):
            switch self.comparison {
            case .equal: return value.word == self.value.word
            case .unequal: return value.word != self.value.word
            default: return nil
            }
        default: return nil
        }
    }
}
