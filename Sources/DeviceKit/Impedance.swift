/// What an impedance measurement is asked to do: a logarithmic sweep from high to low frequency.
public struct ImpedanceSweep: Sendable, Hashable, Codable {
    public var highest: Frequency
    public var lowest: Frequency
    public var pointCount: Int
    /// Excitation, root mean square.
    public var amplitude: Voltage
    public var bias: Voltage
    /// Smallest and largest current range the instrument may choose by itself.
    public var currentRange: ClosedRange<Current>

    public init(
        highest: Frequency, lowest: Frequency, pointCount: Int, amplitude: Voltage, bias: Voltage = .zero,
        currentRange: ClosedRange<Current>
    ) {
        self.highest = highest
        self.lowest = lowest
        self.pointCount = pointCount
        self.amplitude = amplitude
        self.bias = bias
        self.currentRange = currentRange
    }
}

/// One point: Z = `real` + j·`imaginary` in Ω; `imaginary` is negative for a capacitive cell.
public struct ImpedancePoint: Sendable, Hashable, Codable {
    public var frequency: Frequency
    public var real: Resistance
    public var imaginary: Resistance
    /// The amplifier was overloaded: the point must not enter a fit.
    public var isOverloaded: Bool
    /// Underload, overload warning or missed timing: usable, but said.
    public var isDoubtful: Bool

    public init(
        frequency: Frequency, real: Resistance, imaginary: Resistance, isOverloaded: Bool = false,
        isDoubtful: Bool = false
    ) {
        self.frequency = frequency
        self.real = real
        self.imaginary = imaginary
        self.isOverloaded = isOverloaded
        self.isDoubtful = isDoubtful
    }
}

/// A finished impedance measurement: its points and the bytes they were read from.
public struct ImpedanceRecord: Sendable, Hashable {
    public var points: [ImpedancePoint]
    /// Everything sent and received, or the instrument's file, for the raw-file archive.
    public var raw: [UInt8]
    /// By which the archive names such files.
    public var suffix: String

    public init(points: [ImpedancePoint], raw: [UInt8], suffix: String = "mscr.txt") {
        self.points = points
        self.raw = raw
        self.suffix = suffix
    }
}
