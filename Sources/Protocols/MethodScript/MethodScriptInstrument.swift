public import DeviceKit

/// A model of instrument that runs MethodSCRIPT, and what it allows.
public struct MethodScriptInstrument: Sendable, Hashable {
    /// The six characters with which the firmware version begins.
    public let identifier: String
    public let model: String
    /// Ranges in the mode in which impedance is measured.
    public let ranges: MethodScriptRanges
    /// Potentials that may be applied.
    public let potentials: ClosedRange<Voltage>
    /// The highest frequency of an impedance measurement.
    public let highestFrequency: Frequency

    /// The largest excitation of an impedance measurement, root mean square.
    public var largestAmplitude: Voltage { Voltage(250, .millivolt) }  // unverified: stated for EmStat4 only
    /// The lowest frequency of an impedance measurement.
    public var lowestFrequency: Frequency { Frequency(10e-6, .hertz) }  // unverified: stated for EmStat4 only

    public static let emStatPico = Self(
        "espico",
        "EmStat Pico",
        .picoHighSpeed,
        from: -1.7,
        to: 2,
        Frequency(200, .kilohertz)
    )
    public static let sensitWearable = Self(
        "senswb",
        "Sensit Wearable",
        .picoHighSpeed,
        from: -1.7,
        to: 2,
        Frequency(200, .kilohertz)
    )
    public static let emStat4LR = Self("es4_lr", "EmStat4 LR", .emStat4LR, from: -3, to: 3, Frequency(200, .kilohertz))
    public static let emStat4HR = Self("es4_hr", "EmStat4 HR", .emStat4HR, from: -6, to: 6, Frequency(200, .kilohertz))
    public static let multiEmStat4LR = Self(
        "mes4lr",
        "MultiEmStat4 LR",
        .emStat4LR,
        from: -3,
        to: 3,
        Frequency(200, .kilohertz)
    )
    public static let multiEmStat4HR = Self(
        "mes4hr",
        "MultiEmStat4 HR",
        .emStat4HR,
        from: -6,
        to: 6,
        Frequency(200, .kilohertz)
    )
    public static let nexus = Self("nexus1", "Nexus", .nexus, from: -10, to: 10, Frequency(1000, .kilohertz))

    public static let all = [
        emStatPico, sensitWearable, emStat4LR, emStat4HR, multiEmStat4LR, multiEmStat4HR, nexus,
    ]

    /// What a Pico says while it waits for firmware; it must not be spoken to.
    public static let bootloaderIdentifier = "espbl"

    public init?(identifier: String) {
        guard let instrument = Self.all.first(where: { $0.identifier == identifier }) else { return nil }
        self = instrument
    }

    private init(
        _ identifier: String,
        _ model: String,
        _ ranges: MethodScriptRanges,
        from lowest: Double,
        to highest: Double,
        _ highestFrequency: Frequency
    ) {
        self.identifier = identifier
        self.model = model
        self.ranges = ranges
        self.potentials = Voltage(lowest, .volt)...Voltage(highest, .volt)
        self.highestFrequency = highestFrequency
    }
}
