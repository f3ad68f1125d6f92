public import DeviceKit

/// A cell that a sample is pushed into: its place in the tubing graph, and how much goes through it.
public protocol MeasuringCell: Sendable {
    /// Instrument name in the tubing graph.
    var instrument: String { get }
    /// Pushed through the cell before a measurement, beyond what fills the line to it.
    var sampleVolume: Volume { get }
}

extension ConductivityCell: MeasuringCell {}

/// The cell of a densimeter and the capillary of the viscometer behind it, which are filled in one go.
public struct DensimeterCell: MeasuringCell, Hashable, Codable {
    /// A method that is set up on the instrument. Through the LIMS folder a method is the only way to a temperature.
    public struct InstrumentMethod: Sendable, Hashable, Codable {
        public var name: String
        /// By which a serial line knows it.
        public var number: Int?
        public var temperature: Temperature
        public var measuresViscosity: Bool

        public init(name: String, number: Int?, temperature: Temperature, measuresViscosity: Bool) {
            self.name = name
            self.number = number
            self.temperature = temperature
            self.measuresViscosity = measuresViscosity
        }
    }

    public var instrument: String
    /// Device that measures it.
    public var densimeter: String
    public var sampleVolume: Volume
    public var methods: [InstrumentMethod]
    /// Whether a person starts the measurement at the instrument, and the agent only takes what comes.
    public var isStartedByHand = false
    /// After that long without a check densities are doubted; nil never.
    public var checkMaximumAge: Duration?
    /// With water.
    public var lastCheck: CalibrationRecord?
    public var lastAirCheck: CalibrationRecord?

    public init(instrument: String, densimeter: String, sampleVolume: Volume, methods: [InstrumentMethod]) {
        self.instrument = instrument
        self.densimeter = densimeter
        self.sampleVolume = sampleVolume
        self.methods = methods
    }

    /// The method whose temperature is nearest to the one asked for; without one, the first. One that measures the
    /// viscosity as well comes first, since the filling is there already.
    ///
    /// - Throws: `.unservable` if none is within `tolerance`.
    func method(
        at requested: Temperature?, within tolerance: Temperature, needsViscosity: Bool
    ) throws(RequestRefusal) -> InstrumentMethod {
        let able = self.methods.filter { $0.measuresViscosity || !needsViscosity }
        let inOrder = able.filter(\.measuresViscosity) + able.filter { !$0.measuresViscosity }
        guard let requested else {
            guard let first = inOrder.first else { throw self.none(for: nil, able) }
            return first
        }
        let fitting = inOrder.filter { ($0.temperature - requested).magnitude <= tolerance }
        guard
            let best = fitting.min(by: {
                ($0.temperature - requested).magnitude < ($1.temperature - requested).magnitude
            })
        else { throw self.none(for: requested, able) }
        return best
    }

    private func none(for requested: Temperature?, _ able: [InstrumentMethod]) -> RequestRefusal {
        let temperatures = able.map { "\($0.temperature)" }.joined(separator: ", ")
        return RequestRefusal(
            .unservable,
            "asked for at \(requested.map { "\($0)" } ?? "any temperature"); the densimeter's methods measure at "
                + (temperatures.isEmpty ? "none" : temperatures))
    }
}

/// How density or viscosity is measured in this lab.
public struct DensimetrySettings: Sendable, Hashable, Codable {
    /// How far a requested temperature may be from a method's.
    public var temperatureTolerance: Temperature
    /// Standard uncertainty of a density by the instrument's adjustment.
    public var densityUncertainty: Density
    /// The same of a viscosity, relative.
    public var viscosityUncertainty: Double

    public init(temperatureTolerance: Temperature, densityUncertainty: Density, viscosityUncertainty: Double) {
        self.temperatureTolerance = temperatureTolerance
        self.densityUncertainty = densityUncertainty
        self.viscosityUncertainty = viscosityUncertainty
    }
}
