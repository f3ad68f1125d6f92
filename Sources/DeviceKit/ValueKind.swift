/// What values a state or an argument can have.
public enum ValueKind: Sendable, Hashable {
    /// A number in this unit.
    case number(AnyUnit)
    /// One of these words.
    case options([String])
    case text

    /// Reads a value as a person writes it.
    ///
    /// - Throws: what is wrong with it, and what could be written.
    public func value(parsing text: String) throws(QuantityParseError) -> StateValue {
        switch self {
        case .number(let unit):
            let quantity = try AnyQuantity(parsing: text)
            guard let value = quantity.in(unit) else {
                throw QuantityParseError(description: "“\(text)” is not in \(unit.symbol)")
            }
            return .number(AnyQuantity(value, unit))
        case .options(let words):
            guard words.contains(text) else {
                throw QuantityParseError(description: "“\(text)” is not one of \(words.joined(separator: ", "))")
            }
            return .option(text)
        case .text:
            return .text(text)
        }
    }
}
