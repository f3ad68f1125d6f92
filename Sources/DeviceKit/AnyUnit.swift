/// A unit whose dimension is only known at run time, as device profiles name them: `°C`, `mbar`, `%`.
public struct AnyUnit: Sendable, Hashable {
    public let symbol: String
    /// SI value of one unit more.
    let scale: Double
    /// SI value at zero; only temperatures in °C have one.
    let origin: Double
    let dimension: ObjectIdentifier

    init<Kind>(_ unit: Unit<Kind>, origin: Double = 0) {
        self.symbol = unit.symbol
        self.scale = unit.scale
        self.origin = origin
        self.dimension = ObjectIdentifier(Kind.self)
    }

    /// A number that counts or compares, without a dimension.
    public static let one = AnyUnit(Unit<RatioDimension>.one)
    public static let degreeCelsius = AnyUnit(Unit<TemperatureDimension>("°C", scale: 1), origin: 273.15)

    /// Every unit that profiles may name.
    public static let all: [AnyUnit] =
        [.one, .degreeCelsius] + Self.units(RatioDimension.self).dropFirst() + Self.units(TemperatureDimension.self)
        + Self.units(VolumeDimension.self) + Self.units(FlowRateDimension.self) + Self.units(LengthDimension.self)
        + Self.units(SpeedDimension.self) + Self.units(MassDimension.self) + Self.units(DensityDimension.self)
        + Self.units(ConcentrationDimension.self) + Self.units(VoltageDimension.self)
        + Self.units(CurrentDimension.self) + Self.units(ResistanceDimension.self) + Self.units(PowerDimension.self)
        + Self.units(FrequencyDimension.self) + Self.units(RotationDimension.self)
        + Self.units(ConductivityDimension.self) + Self.units(PressureDimension.self) + Self.units(TimeDimension.self)

    /// The unit of a symbol; `u` is read as `µ`.
    public init?(symbol: String) {
        guard
            let unit = Self.all.first(where: {
                $0.symbol == symbol || $0.symbol.withASCIIMicro == symbol.withASCIIMicro
            })
        else { return nil }
        self = unit
    }

    public func measures<Kind>(_: Kind.Type) -> Bool { self.dimension == ObjectIdentifier(Kind.self) }
    public func isComparable(to other: AnyUnit) -> Bool { self.dimension == other.dimension }

    /// What a difference of one of this unit is in another: 1 °C is 1 K. Nil for another dimension.
    public func ratio(to other: AnyUnit) -> Double? {
        self.isComparable(to: other) ? self.scale / other.scale : nil
    }

    private static func units<Kind: Dimension>(_: Kind.Type) -> [AnyUnit] { Kind.units.map { AnyUnit($0) } }
}

extension String {
    /// `µ` (micro sign) and `μ` (Greek mu) as `u`.
    var withASCIIMicro: String { String(self.map { $0 == "\u{B5}" || $0 == "\u{3BC}" ? "u" : $0 }) }
}
