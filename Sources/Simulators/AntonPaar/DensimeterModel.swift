import DeviceKit
import Glibc

/// What a densimeter with a rolling-ball viscometer does with what stands in its cell, apart from how it is told to.
///
/// Figures of the DMA 4100 M's class: repeatability of the density 5·10⁻⁵ g/cm³ at most, of the viscosity 0.3 %, a thermostat
/// with a time constant of 30 s. Texts of conditions but `valid`, `canceled` and `FW/BW dev. too high` are unverified.
struct DensimeterModel: Sendable {
    /// Within so much of the set temperature a measurement counts.
    static let window = Temperature(0.01, .kelvin)
    private static let timeConstant = 30.0
    /// A cell with more gas than this is noticed.
    private static let noticedGas = 1e-4

    private(set) var cell: Temperature
    private(set) var setTemperature: Temperature
    private var noise: SeededNoise

    init(temperature: Temperature, seed: UInt64) {
        self.cell = temperature
        self.setTemperature = temperature
        self.noise = SeededNoise(seed: seed)
    }

    mutating func set(_ temperature: Temperature) { self.setTemperature = temperature }

    /// Lets lab time pass; `stuck` keeps the thermostat 0.3 K short.
    mutating func advance(by duration: Duration, stuck: Bool) {
        let goal = stuck ? self.setTemperature + Temperature(0.3, .kelvin) : self.setTemperature
        self.cell = goal + (self.cell - goal) * exp(-duration.seconds / Self.timeConstant)
    }

    var isEquilibrated: Bool { (self.cell - self.setTemperature).magnitude < Self.window }

    /// One repeat of what stands in the cell.
    mutating func measure(_ filling: CellTruth, viscosity: Bool, _ faults: DensimeterFaults) -> DensimetryReading {
        let gas = max(filling.gasFraction, faults.bubble ?? 0)
        // More gas than the world has in the cell replaces liquid.
        let dilution = filling.gasFraction < 1 ? (1 - gas) / (1 - filling.gasFraction) : 1
        let density = (filling.density ?? .zero) * dilution
        var reading = DensimetryReading(
            density: density + Density(2e-5, .gramPerCubicCentimetre) * self.noise.normal(),
            densityCondition: "valid", temperature: self.cell)
        let isAir = gas > 0.999
        if gas > Self.noticedGas, !isAir { reading.densityCondition = "filling error" }
        if !self.isEquilibrated { reading.densityCondition = "temperature not stable" }
        guard viscosity else { return reading }
        let value = filling.viscosity.map { $0 * (1 + 0.003 * self.noise.normal()) }
        if let value, gas <= Self.noticedGas, !faults.ballSticks {
            reading.viscosity = value
            reading.viscosityCondition = self.isEquilibrated ? "valid" : "temperature not stable"
        } else {
            reading.viscosityCondition = isAir ? "out of range" : "FW/BW dev. too high"
        }
        return reading
    }
}
