public import DeviceKit

/// What a value may be, and the words that say so to whoever wrote another one.
public struct Allowed<Value: Sendable>: Sendable {
    /// Ends the sentence “the value must be …”.
    let words: String
    let contains: @Sendable (Value) -> Bool
}

extension Allowed where Value: Comparable {
    /// - Parameter words: the range as people say it, `1 mHz to 1 MHz` for example.
    public static func within(_ range: ClosedRange<Value>, _ words: String) -> Self {
        Self(words: words) { range.contains($0) }
    }
}

extension Allowed where Value: Comparable & HasZero {
    public static var aboveZero: Self { Self(words: "above zero") { $0 > .zero } }
    public static var zeroOrMore: Self { Self(words: "zero or more") { $0 >= .zero } }
}

extension Allowed where Value == Double {
    /// - Parameter words: the range as people say it.
    public static func above(_ bound: Double, to most: Double, _ words: String) -> Self {
        Self(words: words) { $0 > bound && $0 <= most }
    }
}

/// A kind of value with a nought to compare with.
public protocol HasZero {
    static var zero: Self { get }
}

extension Quantity: HasZero {}
extension Duration: HasZero {}
extension Double: HasZero {}
