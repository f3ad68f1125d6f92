/// The dimensions a battery laboratory's instruments deal in, their units, and the few products between them.
public enum VolumeDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .millilitre }
    public static var units: [Unit<Self>] { [.millilitre, .microlitre, .litre] }
}
public enum FlowRateDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .millilitrePerSecond }
    public static var units: [Unit<Self>] {
        [.millilitrePerSecond, .microlitrePerSecond, .millilitrePerMinute, .microlitrePerMinute]
    }
}
public enum LengthDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .millimetre }
    public static var units: [Unit<Self>] { [.millimetre, .metre] }
}
public enum MassDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .gram }
    public static var units: [Unit<Self>] { [.gram, .milligram] }
}
public enum DensityDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .gramPerMillilitre }
    public static var units: [Unit<Self>] { [.gramPerMillilitre, .gramPerCubicCentimetre] }
}
public enum MolarMassDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .gramPerMole }
    public static var units: [Unit<Self>] { [.gramPerMole] }
}
public enum ConcentrationDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .molePerLitre }
    public static var units: [Unit<Self>] { [.molePerLitre, .molePerMillilitre] }
}
public enum TemperatureDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .kelvin }
    public static var units: [Unit<Self>] { [.kelvin] }
}
public enum VoltageDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .volt }
    public static var units: [Unit<Self>] { [.volt, .millivolt] }
}
public enum CurrentDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .ampere }
    public static var units: [Unit<Self>] { [.ampere, .milliampere, .microampere, .nanoampere] }
}
public enum ResistanceDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .ohm }
    public static var units: [Unit<Self>] { [.ohm] }
}
public enum FrequencyDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .hertz }
    public static var units: [Unit<Self>] { [.hertz, .kilohertz, .megahertz] }
}
public enum ConductivityDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .siemensPerMetre }
    public static var units: [Unit<Self>] { [.siemensPerMetre, .millisiemensPerCentimetre] }
}
public enum CellConstantDimension: Dimension {
    public static var canonicalUnit: Unit<Self> { .perCentimetre }
    public static var units: [Unit<Self>] { [.perCentimetre, .perMetre] }
}

public typealias Volume = Quantity<VolumeDimension>
public typealias FlowRate = Quantity<FlowRateDimension>
public typealias Length = Quantity<LengthDimension>
public typealias Mass = Quantity<MassDimension>
public typealias Density = Quantity<DensityDimension>
public typealias MolarMass = Quantity<MolarMassDimension>
public typealias Concentration = Quantity<ConcentrationDimension>
public typealias Temperature = Quantity<TemperatureDimension>
public typealias Voltage = Quantity<VoltageDimension>
public typealias Current = Quantity<CurrentDimension>
public typealias Resistance = Quantity<ResistanceDimension>
public typealias Frequency = Quantity<FrequencyDimension>
public typealias Conductivity = Quantity<ConductivityDimension>
public typealias CellConstant = Quantity<CellConstantDimension>

extension Unit where Kind == VolumeDimension {
    public static var microlitre: Self { Self("µL", scale: 1e-9) }
    public static var millilitre: Self { Self("mL", scale: 1e-6) }
    public static var litre: Self { Self("L", scale: 1e-3) }
}
extension Unit where Kind == FlowRateDimension {
    public static var microlitrePerSecond: Self { Self("µL/s", scale: 1e-9) }
    public static var millilitrePerSecond: Self { Self("mL/s", scale: 1e-6) }
    public static var millilitrePerMinute: Self { Self("mL/min", scale: 1e-6 / 60) }
    public static var microlitrePerMinute: Self { Self("µL/min", scale: 1e-9 / 60) }
}
extension Unit where Kind == LengthDimension {
    public static var millimetre: Self { Self("mm", scale: 1e-3) }
    public static var metre: Self { Self("m", scale: 1) }
}
extension Unit where Kind == MassDimension {
    public static var gram: Self { Self("g", scale: 1e-3) }
    public static var milligram: Self { Self("mg", scale: 1e-6) }
}
extension Unit where Kind == DensityDimension {
    public static var gramPerMillilitre: Self { Self("g/mL", scale: 1e3) }
    public static var gramPerCubicCentimetre: Self { Self("g/cm³", scale: 1e3) }
}
extension Unit where Kind == MolarMassDimension {
    public static var gramPerMole: Self { Self("g/mol", scale: 1e-3) }
}
extension Unit where Kind == ConcentrationDimension {
    public static var molePerLitre: Self { Self("mol/L", scale: 1e3) }
    public static var molePerMillilitre: Self { Self("mol/mL", scale: 1e6) }
}
extension Unit where Kind == TemperatureDimension {
    public static var kelvin: Self { Self("K", scale: 1) }
}
extension Unit where Kind == VoltageDimension {
    public static var volt: Self { Self("V", scale: 1) }
    public static var millivolt: Self { Self("mV", scale: 1e-3) }
}
extension Unit where Kind == CurrentDimension {
    public static var ampere: Self { Self("A", scale: 1) }
    public static var milliampere: Self { Self("mA", scale: 1e-3) }
    public static var microampere: Self { Self("µA", scale: 1e-6) }
    public static var nanoampere: Self { Self("nA", scale: 1e-9) }
}
extension Unit where Kind == ResistanceDimension {
    public static var ohm: Self { Self("Ω", scale: 1) }
}
extension Unit where Kind == FrequencyDimension {
    public static var hertz: Self { Self("Hz", scale: 1) }
    public static var kilohertz: Self { Self("kHz", scale: 1e3) }
    public static var megahertz: Self { Self("MHz", scale: 1e6) }
}
extension Unit where Kind == ConductivityDimension {
    public static var siemensPerMetre: Self { Self("S/m", scale: 1) }
    public static var millisiemensPerCentimetre: Self { Self("mS/cm", scale: 0.1) }
}
extension Unit where Kind == CellConstantDimension {
    public static var perCentimetre: Self { Self("1/cm", scale: 100) }
    public static var perMetre: Self { Self("1/m", scale: 1) }
}

extension Quantity where Kind == TemperatureDimension {
    public init(celsius: Double) { self.init(celsius + 273.15, .kelvin) }
    public var celsius: Double { self.in(.kelvin) - 273.15 }
}

/// How long `flow` takes for `volume`. No longer than `Duration.longest`: a flow of zero never gets there.
public func / (volume: Volume, flow: FlowRate) -> Duration {
    let seconds = volume.si / flow.si
    let longest = Duration.longest.seconds
    guard !seconds.isNaN else { return .longest }
    return .seconds(min(max(seconds, -longest), longest))
}
public func * (flow: FlowRate, time: Duration) -> Volume { Volume(si: flow.si * time.seconds) }
/// κ = K / R.
public func / (cell: CellConstant, resistance: Resistance) -> Conductivity { Conductivity(si: cell.si / resistance.si) }

extension Duration {
    /// A hundred years, more than any wait in a lab. Every clock can still count it.
    public static let longest = Duration.seconds(3_155_760_000)

    /// The whole duration as a number of seconds.
    public var seconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
