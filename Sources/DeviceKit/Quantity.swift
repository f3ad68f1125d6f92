/// A kind of physical quantity, such as volume; it only exists at compile time and tells quantities apart.
public protocol Dimension: Sendable {
    /// The symbol of the unit in which values of this kind are written into journals, `mL` for example.
    static var canonicalUnit: Unit<Self> { get }
    /// The units in which configurations may write values of this kind; the canonical one first.
    static var units: [Unit<Self>] { get }
}

/// A unit of one dimension: its symbol, and how its values become the SI value.
public struct Unit<Kind: Dimension>: Sendable, Hashable {
    public let symbol: String
    /// SI value of one unit.
    public let scale: Double

    public init(_ symbol: String, scale: Double) {
        self.symbol = symbol
        self.scale = scale
    }
}

/// A number with its dimension in its type. It has no default unit: it is made with a unit and read in a unit.
///
///     let dose = Volume(12.5, .microlitre)
///     dose.in(.millilitre)  // 0.0125
public struct Quantity<Kind: Dimension>: Sendable, Hashable, Comparable {
    /// The value in the coherent SI unit of the dimension.
    public let si: Double

    public init(_ value: Double, _ unit: Unit<Kind>) {
        self.si = value * unit.scale
    }

    public init(si: Double) {
        self.si = si
    }

    public static var zero: Self { Self(si: 0) }

    public func `in`(_ unit: Unit<Kind>) -> Double { self.si / unit.scale }

    public var isFinite: Bool { self.si.isFinite }
    public var magnitude: Self { Self(si: abs(self.si)) }

    public static func < (a: Self, b: Self) -> Bool { a.si < b.si }
    // Not left to `Comparable`, which would derive them by negation and let every comparison with NaN be true.
    public static func <= (a: Self, b: Self) -> Bool { a.si <= b.si }
    public static func > (a: Self, b: Self) -> Bool { a.si > b.si }
    public static func >= (a: Self, b: Self) -> Bool { a.si >= b.si }
    public static func + (a: Self, b: Self) -> Self { Self(si: a.si + b.si) }
    public static func - (a: Self, b: Self) -> Self { Self(si: a.si - b.si) }
    public static prefix func - (a: Self) -> Self { Self(si: -a.si) }
    public static func * (a: Self, factor: Double) -> Self { Self(si: a.si * factor) }
    public static func * (factor: Double, a: Self) -> Self { Self(si: a.si * factor) }
    public static func / (a: Self, divisor: Double) -> Self { Self(si: a.si / divisor) }
    public static func / (a: Self, b: Self) -> Double { a.si / b.si }
    public static func += (a: inout Self, b: Self) { a = a + b }
    public static func -= (a: inout Self, b: Self) { a = a - b }
}

extension Quantity: CustomStringConvertible {
    public var description: String { self.formatted(Kind.canonicalUnit) }

    /// The value in `unit` with up to six significant digits, and the unit's symbol.
    public func formatted(_ unit: Unit<Kind>) -> String {
        "\(Self.shortest(self.in(unit))) \(unit.symbol)"
    }

    static func shortest(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        var magnitude = 0
        var rest = abs(value)
        while rest >= 10, magnitude < 300 { rest /= 10; magnitude += 1 }
        while rest < 1, magnitude > -300 { rest *= 10; magnitude -= 1 }
        let decimals = max(0, min(12, 5 - magnitude))
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
    }
}

extension Quantity: Codable {
    private enum Key: String, CodingKey { case value, unit }

    /// `{"value": 12.5, "unit": "mL"}` in the dimension's canonical unit; another unit is refused when read.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let symbol = try container.decode(String.self, forKey: .unit)
        guard symbol == Kind.canonicalUnit.symbol else {
            throw DecodingError.dataCorruptedError(
                forKey: .unit, in: container,
                debugDescription: "expected \(Kind.canonicalUnit.symbol), found \(symbol)")
        }
        self.init(try container.decode(Double.self, forKey: .value), Kind.canonicalUnit)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.in(Kind.canonicalUnit), forKey: .value)
        try container.encode(Kind.canonicalUnit.symbol, forKey: .unit)
    }
}

/// A quantity with its standard uncertainty (GUM, coverage factor 1).
public struct Measured<Kind: Dimension>: Sendable, Hashable, Codable {
    public let value: Quantity<Kind>
    public let uncertainty: Quantity<Kind>

    public init(_ value: Quantity<Kind>, uncertainty: Quantity<Kind>) {
        self.value = value
        self.uncertainty = uncertainty
    }

    /// Relative standard uncertainty; infinite where the value is zero.
    public var relativeUncertainty: Double { self.uncertainty.magnitude / self.value.magnitude }
}
