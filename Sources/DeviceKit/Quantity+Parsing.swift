/// Why a text is not a quantity of the wanted kind.
public struct QuantityParseError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

extension Quantity {
    /// Reads a number and its unit, `0.05 mL/s` for example. The unit is never optional. `u` is read as `µ`.
    public init(parsing text: String) throws(QuantityParseError) {
        let digits = text.leadingNumber
        let known = Kind.units.map(\.symbol).joined(separator: ", ")
        guard let value = Double(digits), value.isFinite else {
            throw QuantityParseError(
                description:
                    "“\(text)” does not begin with a number; write for example “1.5 \(Kind.canonicalUnit.symbol)”")
        }
        let symbol = String(text.dropFirst(digits.count)).trimmingBlanks()
        guard !symbol.isEmpty else {
            throw QuantityParseError(description: "“\(text)” has no unit; write one of \(known)")
        }
        guard
            let unit = Kind.units.first(where: {
                $0.symbol == symbol || $0.symbol.withASCIIMicro == symbol.withASCIIMicro
            })
        else {
            throw QuantityParseError(description: "unknown unit “\(symbol)”; write one of \(known)")
        }
        self.init(value, unit)
        guard self.isFinite else { throw QuantityParseError(description: "“\(text)” is too large a number") }
    }
}

extension Duration {
    /// Reads a time with its unit: `ms`, `s`, `min`, `h` or `d`.
    public init(parsing text: String) throws(QuantityParseError) {
        let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "-" }
        let symbol = String(text.dropFirst(digits.count)).trimmingBlanks()
        let scales: [String: Double] = ["ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400]
        guard let value = Double(digits), value.isFinite else {
            throw QuantityParseError(description: "“\(text)” does not begin with a number; write for example “5 s”")
        }
        guard let scale = scales[symbol] else {
            throw QuantityParseError(description: "“\(text)” needs a unit of time: ms, s, min, h or d")
        }
        guard abs(value * scale) <= Duration.longest.seconds else {
            throw QuantityParseError(description: "“\(text)” is longer than a hundred years")
        }
        self = .seconds(value * scale)
    }
}

extension String {
    /// The longest beginning that is a number, of at most 64 characters: more have no meaning, and time is not to be lost
    /// on them. A unit may begin with a letter that could still be an exponent; it is left to the unit.
    var leadingNumber: String {
        var digits = String(self.prefix(64).prefix { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) })
        while !digits.isEmpty, Double(digits) == nil { digits.removeLast() }
        return digits
    }

    func trimmingBlanks() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
