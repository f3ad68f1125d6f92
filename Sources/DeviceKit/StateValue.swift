/// What a described device's state is, or what an argument of its action is given.
public enum StateValue: Sendable, Hashable, CustomStringConvertible {
    case number(AnyQuantity)
    /// One of the words that the profile allows.
    case option(String)
    case text(String)

    public var quantity: AnyQuantity? { if case .number(let quantity) = self { quantity } else { nil } }
    public var word: String? {
        switch self {
        case .number: nil
        case .option(let word), .text(let word): word
        }
    }

    public var description: String {
        switch self {
        case .number(let quantity): "\(quantity)"
        case .option(let word), .text(let word): word
        }
    }
}

/// `{"value": 23.5, "unit": "°C"}`, or `{"value": "open"}`.
extension StateValue: Encodable {
    private enum Key: String, CodingKey { case value, unit }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .number(let quantity):
            try container.encode(quantity.value, forKey: .value)
            try container.encode(quantity.unit.symbol, forKey: .unit)
        case .option(let word), .text(let word):
            try container.encode(word, forKey: .value)
        }
    }
}
