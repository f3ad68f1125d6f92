public import DeviceKit

/// The cell of a densimeter that stands alone: its filling stays, and follows the temperature.
public actor ConstantFilling: DensimeterCellModel {
    private let concentrations: [String: Concentration]
    private let gasFraction: Double
    private var temperature: Temperature
    /// Tags of the measurements, in order.
    public private(set) var tags: [String] = []

    /// - Parameter concentrations: by InChIKey; without any the cell holds gas.
    public init(
        concentrations: [String: Concentration], gasFraction: Double = 0,
        temperature: Temperature = Temperature(celsius: 25)
    ) {
        self.concentrations = concentrations
        self.gasFraction = concentrations.isEmpty ? 1 : gasFraction
        self.temperature = temperature
    }

    public func filling() -> CellTruth {
        let liquid = ElectrolyteDensity(concentrations: self.concentrations, temperature: self.temperature).density
        let viscosity = ElectrolyteViscosity(concentrations: self.concentrations, temperature: self.temperature)
        return CellTruth(
            conductivity: .zero, temperature: self.temperature, formulation: [:], gasFraction: self.gasFraction,
            density: liquid * (1 - self.gasFraction)
                + Density(0.001199, .gramPerCubicCentimetre) * self.gasFraction,
            viscosity: self.concentrations.isEmpty ? nil : viscosity.viscosity)
    }

    public func set(temperature: Temperature) { self.temperature = temperature }
    public func recordMeasurement(tag: String) { self.tags.append(tag) }
}
