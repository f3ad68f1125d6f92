/// Dimensions that only device profiles deal in.
public enum RatioDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .one }
    public static var units: [Unit<Self>] { [.one, .percent] }
}
public enum SpeedDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .millimetrePerSecond }
    public static var units: [Unit<Self>] { [.millimetrePerSecond] }
}
public enum PowerDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .watt }
    public static var units: [Unit<Self>] { [.watt] }
}
public enum RotationDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .perMinute }
    public static var units: [Unit<Self>] { [.perMinute] }
}
public enum PressureDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .pascal }
    public static var units: [Unit<Self>] { [.pascal, .kilopascal, .millibar, .bar] }
}
public enum TimeDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .second }
    public static var units: [Unit<Self>] { [.second, .millisecond, .minute, .hour] }
}
/// Dynamic viscosity.
public enum ViscosityDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .millipascalSecond }
    public static var units: [Unit<Self>] { [.millipascalSecond] }
}

public typealias Speed = Quantity<SpeedDimension>
public typealias Viscosity = Quantity<ViscosityDimension>

extension Unit where Kind == RatioDimension {
    public static var one: Self { Self("1", scale: 1) }
    public static var percent: Self { Self("%", scale: 0.01) }
}
extension Unit where Kind == SpeedDimension {
    public static var millimetrePerSecond: Self { Self("mm/s", scale: 1e-3) }
}
extension Unit where Kind == PowerDimension {
    public static var watt: Self { Self("W", scale: 1) }
}
extension Unit where Kind == RotationDimension {
    public static var perMinute: Self { Self("1/min", scale: 1 / 60) }
}
extension Unit where Kind == PressureDimension {
    public static var pascal: Self { Self("Pa", scale: 1) }
    public static var kilopascal: Self { Self("kPa", scale: 1e3) }
    public static var millibar: Self { Self("mbar", scale: 100) }
    public static var bar: Self { Self("bar", scale: 1e5) }
}
extension Unit where Kind == ViscosityDimension {
    public static var millipascalSecond: Self { Self("mPa·s", scale: 1e-3) }
}
extension Unit where Kind == TimeDimension {
    public static var second: Self { Self("s", scale: 1) }
    public static var millisecond: Self { Self("ms", scale: 1e-3) }
    public static var minute: Self { Self("min", scale: 60) }
    public static var hour: Self { Self("h", scale: 3600) }
}
