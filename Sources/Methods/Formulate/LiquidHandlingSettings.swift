public import DeviceKit

/// How a lab handles its liquids: which nodes play which part, and the volumes, flows and waits of its operations.
public struct LiquidHandlingSettings: Sendable, Hashable, Codable {
    public struct Gas: Sendable, Hashable, Codable {
        /// Node of the pressurised gas.
        public var source: String
        /// Device that switches the gas valve.
        public var relay: String
        /// The gas valve in the tubing graph.
        public var valve: String

        public init(source: String, relay: String, valve: String) {
            self.source = source
            self.relay = relay
            self.valve = valve
        }
    }

    /// Gas let into a line several times, with a rest after each for the pressure to fall.
    public struct GasPulse: Sendable, Hashable, Codable {
        /// How long the gas is on, above zero.
        public var open: Duration
        public var rest: Duration
        /// 1 or more.
        public var repeats: Int

        public init(open: Duration, rest: Duration, repeats: Int) {
            self.open = open
            self.rest = rest
            self.repeats = repeats
        }
    }

    public var waste: String
    public var solvent: String
    /// What the solvent's reservoir holds when full.
    public var solventVolume: Volume
    /// What stays in each reservoir, so that no pump draws air.
    public var reservoirReserve: Volume
    /// Node of the pump that rinses.
    public var cleaningPump: String
    public var mixer: String
    /// Node at which the mixture branches off to cells, vials and the waste.
    public var sampleNode: String
    public var gas: Gas
    /// Pushes liquid out of a line.
    public var blowOut: GasPulse
    /// Dries what has been rinsed.
    public var dry: GasPulse
    public var vials: [String]
    public var vialVolume: Volume
    /// Flow of the whole mixture.
    public var flow: FlowRate
    public var fillFlow: FlowRate
    /// Wait after aspirating, until a viscous liquid has caught up with the plunger.
    public var fillSettle: Duration
    /// Wait after delivering, until the liquid rests.
    public var settle: Duration
    /// Own stock pushed through each branch in use before the common prime.
    public var branchPrime: Volume
    /// How often the lines between the pumps and the sample node are flushed with a new mixture before it is collected.
    public var flushFactor: Double
    public var rinseSettle: Duration
    /// Relative standard uncertainty of a dosed volume.
    public var doseUncertainty: Double
    /// After that long the weighing of a line to the vials is said to be too old; nil never.
    public var lineVolumeMaximumAge: Duration?

    /// Of a lab without liquids, in which nothing asks for them.
    public static let none = LiquidHandlingSettings(
        waste: "", solvent: "", solventVolume: .zero, reservoirReserve: .zero, cleaningPump: "", mixer: "",
        sampleNode: "", gas: Gas(source: "", relay: "", valve: ""),
        blowOut: GasPulse(open: .zero, rest: .zero, repeats: 1), dry: GasPulse(open: .zero, rest: .zero, repeats: 1),
        vials: [], vialVolume: .zero, flow: .zero, fillFlow: .zero, fillSettle: .zero, settle: .zero,
        branchPrime: .zero, flushFactor: 1, rinseSettle: .zero, doseUncertainty: 0)

    public init(
        waste: String, solvent: String, solventVolume: Volume, reservoirReserve: Volume, cleaningPump: String,
        mixer: String, sampleNode: String, gas: Gas, blowOut: GasPulse, dry: GasPulse, vials: [String],
        vialVolume: Volume, flow: FlowRate, fillFlow: FlowRate,
        fillSettle: Duration, settle: Duration, branchPrime: Volume, flushFactor: Double, rinseSettle: Duration,
        doseUncertainty: Double
    ) {
        self.waste = waste
        self.solvent = solvent
        self.solventVolume = solventVolume
        self.reservoirReserve = reservoirReserve
        self.cleaningPump = cleaningPump
        self.mixer = mixer
        self.sampleNode = sampleNode
        self.gas = gas
        self.blowOut = blowOut
        self.dry = dry
        self.vials = vials
        self.vialVolume = vialVolume
        self.flow = flow
        self.fillFlow = fillFlow
        self.fillSettle = fillSettle
        self.settle = settle
        self.branchPrime = branchPrime
        self.flushFactor = flushFactor
        self.rinseSettle = rinseSettle
        self.doseUncertainty = doseUncertainty
    }
}
