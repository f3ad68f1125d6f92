public import DeviceKit

/// How `conductivity/two_electrode` measures in this lab.
public struct ConductivitySettings: Sendable, Hashable, Codable {
    public var repeats: Int
    /// How far a requested temperature may be from the cell's for the request to be served.
    public var temperatureTolerance: Temperature
    public var sweep: ImpedanceSweep

    public init(repeats: Int, temperatureTolerance: Temperature, sweep: ImpedanceSweep) {
        self.repeats = repeats
        self.temperatureTolerance = temperatureTolerance
        self.sweep = sweep
    }
}

/// The two-electrode cell: its place in the tubing graph, its constant, and the temperature of its housing.
public struct ConductivityCell: Sendable, Hashable, Codable {
    /// Instrument name in the tubing graph.
    public var instrument: String
    /// Device that measures it.
    public var potentiostat: String
    /// Pushed through the cell before each measurement.
    public var sampleVolume: Volume
    public var constant: Measured<CellConstantDimension>
    /// ISO date on which the constant was determined.
    public var constantDetermined: String
    /// After that long the constant is doubted; nil never.
    public var constantMaximumAge: Duration?
    /// The calibration that the constant is of; nil for the one of the lab's description.
    public var calibration: String?
    public var temperature: ConfiguredTemperature

    /// Of a lab without a cell, in which nothing asks for one.
    public static let none = ConductivityCell(
        instrument: "", potentiostat: "", sampleVolume: .zero,
        constant: Measured(.zero, uncertainty: .zero), constantDetermined: "",
        temperature: ConfiguredTemperature(
            reading: Measured(Temperature(298.15, .kelvin), uncertainty: .zero), readAt: 0, maximumAge: .zero))

    public init(
        instrument: String, potentiostat: String, sampleVolume: Volume, constant: Measured<CellConstantDimension>,
        constantDetermined: String, temperature: ConfiguredTemperature
    ) {
        self.instrument = instrument
        self.potentiostat = potentiostat
        self.sampleVolume = sampleVolume
        self.constant = constant
        self.constantDetermined = constantDetermined
        self.temperature = temperature
    }
}

/// A temperature that an operator read and wrote down, or one that a thermometer measures. It ages: past its limit it no
/// longer serves a measurement.
public struct ConfiguredTemperature: Sendable, Hashable, Codable {
    /// What was read. Where a thermometer measures it: where it is expected, and how far the cell may be from the sensor.
    public var reading: Measured<TemperatureDimension>
    /// The device that measures it.
    public var thermometer: String?
    /// When it was read, in seconds since 1970-01-01T00:00:00Z.
    public var readAt: Int64
    public var maximumAge: Duration

    public init(
        reading: Measured<TemperatureDimension>, thermometer: String? = nil, readAt: Int64, maximumAge: Duration
    ) {
        self.reading = reading
        self.thermometer = thermometer
        self.readAt = readAt
        self.maximumAge = maximumAge
    }

    /// How old the reading is, by the clock on the wall: an agent that starts anew does not make it younger.
    public func age(atSecondsSince1970 now: Int64) -> Duration {
        self.thermometer == nil ? .seconds(now - self.readAt) : .zero
    }

    /// The cell's temperature by what its thermometer reads: sensor and distance from the cell both add their uncertainty.
    public func reading(of sensor: Measured<TemperatureDimension>) -> Measured<TemperatureDimension> {
        let distance = self.reading.uncertainty.si, own = sensor.uncertainty.si
        return Measured(sensor.value, uncertainty: Temperature(si: (distance * distance + own * own).squareRoot()))
    }
}
