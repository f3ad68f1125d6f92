public import DeviceKit

/// A conductivity cell's constant K = κ·R, with its uncertainty and the day it was determined.
public struct CellConstantCalibration: Sendable, Hashable, Codable {
    public var constant: Measured<CellConstantDimension>
    /// ISO 8601, `2026-02-14`.
    public var date: String

    /// `nil` unless the constant is finite and above zero, and its uncertainty finite and not negative.
    public init?(_ constant: Measured<CellConstantDimension>, date: String) {
        guard constant.value.isFinite, constant.value > .zero, constant.uncertainty.isFinite,
            constant.uncertainty >= .zero
        else { return nil }
        self.constant = constant
        self.date = date
    }

    /// From a measurement of a potassium chloride standard: K = κ(T)·(R − R of the leads).
    ///
    /// `nil` outside the standard's temperature range, or if less than nothing is left of the resistance.
    public init?(
        standard: PotassiumChlorideStandard,
        standardUncertainty: Double = 0.001,
        resistance: Measured<ResistanceDimension>,
        leads: Resistance = .zero,
        temperature: Measured<TemperatureDimension>,
        date: String
    ) {
        guard let conductivity = standard.conductivity(at: temperature.value),
            let coefficient = standard.temperatureCoefficient(at: temperature.value),
            resistance.value > leads
        else { return nil }
        let electrolyte = resistance.value - leads
        let constant = CellConstant(si: conductivity.si * electrolyte.si)
        let parts = [
            resistance.uncertainty / electrolyte, coefficient * temperature.uncertainty.si, standardUncertainty,
        ]
        let relative = parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
        self.init(Measured(constant, uncertainty: constant * relative), date: date)
    }
}
