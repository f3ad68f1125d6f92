public import DeviceKit

/// The ranges of a family of instruments: index on the wire and full scale (MethodSCRIPT manual, appendix
/// "device-specific information").
public struct MethodScriptRanges: Sendable, Hashable {
    public struct Range<Kind: Dimension>: Sendable, Hashable {
        public let index: UInt8
        public let fullScale: Quantity<Kind>
    }

    /// In order of full scale.
    public let current: [Range<CurrentDimension>]
    public let potential: [Range<VoltageDimension>]

    public func current(at index: UInt8) -> Current? { self.current.first { $0.index == index }?.fullScale }
    public func potential(at index: UInt8) -> Voltage? { self.potential.first { $0.index == index }?.fullScale }

    /// EmStat Pico and Sensit, low-speed and max-range mode.
    public static let pico = Self(
        current: Self.ranges(
            .microampere,
            [
                (0x00, 0.1), (0x01, 2), (0x02, 4), (0x03, 8), (0x04, 16), (0x05, 32), (0x06, 63), (0x07, 125),
                (0x08, 250), (0x09, 500), (0x0A, 1000), (0x0B, 5000),
            ]
        ),
        potential: []
    )

    /// EmStat Pico and Sensit in high-speed mode, which impedance needs.
    public static let picoHighSpeed = Self(
        current: Self.ranges(
            .microampere,
            [
                (0x80, 0.1), (0x81, 1), (0x82, 6), (0x83, 13), (0x84, 25), (0x85, 50), (0x86, 100), (0x87, 200),
                (0x88, 1000), (0x89, 5000),
            ]
        ),
        potential: []
    )

    /// EmStat4 of low range: 1 nA to 10 mA.
    public static let emStat4LR = Self.emStat4([
        (0x03, 0.001), (0x06, 0.01), (0x09, 0.1), (0x0C, 1), (0x0F, 10), (0x12, 100), (0x15, 1000), (0x18, 10000),
    ])

    /// EmStat4 of high range: 100 nA to 100 mA.
    public static let emStat4HR = Self.emStat4([
        (0x09, 0.1), (0x0C, 1), (0x0F, 10), (0x12, 100), (0x15, 1000), (0x18, 10000), (0x1B, 100_000),
    ])

    /// Nexus as potentiostat.
    public static let nexus = Self(
        current: Self.ranges(
            .microampere,
            [
                (0x10, 0.0001), (0x00, 0.001), (0x01, 0.01), (0x02, 0.1), (0x03, 1), (0x04, 10), (0x05, 100),
                (0x08, 1000), (0x09, 10000), (0x0A, 100_000), (0x0B, 1_000_000),
            ]
        ),
        potential: Self.ranges(.millivolt, [(0x03, 1), (0x02, 10), (0x01, 100), (0x00, 1000)])
    )

    private static func emStat4(_ current: [(UInt8, Double)]) -> Self {
        Self(
            current: Self.ranges(.microampere, current),
            potential: Self.ranges(.millivolt, [(0x02, 50), (0x03, 100), (0x04, 200), (0x05, 500), (0x06, 1000)])
        )
    }

    private static func ranges<Kind>(_ unit: Unit<Kind>, _ table: [(UInt8, Double)]) -> [Range<Kind>] {
        table.map { Range(index: $0.0, fullScale: Quantity($0.1, unit)) }
    }
}
