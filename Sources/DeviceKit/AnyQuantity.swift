/// A number with a unit whose dimension is only known at run time.
public struct AnyQuantity: Sendable, Hashable, CustomStringConvertible {
    public let value: Double
    public let unit: AnyUnit

    public init(_ value: Double, _ unit: AnyUnit) {
        self.value = value
        self.unit = unit
    }

    /// Reads a number and its unit, `23.5 °C` for example; a number alone is one without dimension.
    public init(parsing text: String) throws(QuantityParseError) {
        let (value, symbol) = try Self.split(text)
        guard !symbol.isEmpty else {
            self.init(value, .one)
            return
        }
        guard let unit = AnyUnit(symbol: symbol) else {
            throw QuantityParseError(
                description:
                    "unknown unit “\(symbol)”; write one of \(AnyUnit.all.map(\.symbol).joined(separator: ", "))")
        }
        self.init(value, unit)
    }

    /// The number in another unit of the same dimension; nil for another dimension.
    public func `in`(_ unit: AnyUnit) -> Double? {
        guard self.unit.isComparable(to: unit) else { return nil }
        guard self.unit != unit else { return self.value }
        return (self.value * self.unit.scale + self.unit.origin - unit.origin) / unit.scale
    }

    /// As a quantity of a known dimension; nil if it is of another.
    public func quantity<Kind>(_: Kind.Type = Kind.self) -> Quantity<Kind>? {
        self.unit.measures(Kind.self) ? Quantity(si: self.value * self.unit.scale + self.unit.origin) : nil
    }

    public init<Kind>(_ quantity: Quantity<Kind>, in unit: AnyUnit) {
        self.init((quantity.si - unit.origin) / unit.scale, unit)
    }

    public var description: String {
        let number = self.value == 0 ? "0" : Quantity<RatioDimension>.shortest(self.value)
        return self.unit == .one ? number : "\(number) \(self.unit.symbol)"
    }

    private static func split(_ text: String) throws(QuantityParseError) -> (Double, String) {
        let digits = text.leadingNumber
        guard let value = Double(digits), value.isFinite else {
            throw QuantityParseError(
                description: "“\(text)” does not begin with a number; write for example “23.5 °C”")
        }
        return (value, String(text.dropFirst(digits.count)).trimmingBlanks())
    }
}
