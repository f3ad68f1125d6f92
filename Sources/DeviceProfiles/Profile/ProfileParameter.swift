public import DeviceKit

/// What differs from one device of a model to the next: a bus address, a channel, the syringe that is mounted.
public struct ProfileParameter: Sendable, Hashable {
    public var name: String
    public var kind: ValueKind
    /// A number must be a whole one.
    public var isInteger: Bool
    public var range: ClosedRange<Double>?
    /// Nil must be given in the lab's description.
    public var standard: StateValue?

    /// Reads a value as the lab's description gives it.
    public func value(parsing text: String) throws(QuantityParseError) -> StateValue {
        let value = try self.kind.value(parsing: text)
        guard let number = value.quantity?.value else { return value }
        guard !self.isInteger || number == number.rounded() else {
            throw QuantityParseError(description: "“\(text)” must be a whole number")
        }
        guard let range, !range.contains(number) else { return value }
        guard case .number(let unit) = self.kind else { return value }
        let least = AnyQuantity(range.lowerBound, unit), most = AnyQuantity(range.upperBound, unit)
        throw QuantityParseError(description: "“\(text)” must be \(least) to \(most)")
    }
}
