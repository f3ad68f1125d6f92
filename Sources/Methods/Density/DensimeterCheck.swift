public import DeviceKit

/// What a check of a densimeter with a standard came to. The standard is filled in by hand, through no tube that LiPF6 runs
/// through: with water it forms HF.
public struct DensimeterCheck: Sendable, Hashable {
    public let standard: DensityStandard
    /// What the standard has at the temperature of the cell.
    public let reference: Density
    /// Mean of the valid repeats; nil without any.
    public let measured: Density?
    /// Why the instrument must not be used before it is cleaned or adjusted; empty for a check that is passed.
    public let faults: [String]

    public var isPassed: Bool { self.faults.isEmpty }

    /// - Parameters:
    ///   - temperature: of the check's method; a reading's own counts where it has one.
    ///   - pressure: of the air.
    ///   - tolerance: largest deviation of the mean from the reference.
    public init(
        of readings: [DensimetryReading], with standard: DensityStandard, at temperature: Temperature,
        pressure: Quantity<PressureDimension>, tolerance: Density
    ) {
        let temperatures = readings.compactMap(\.temperature)
        let mean =
            temperatures.isEmpty ? temperature : temperatures.reduce(.zero, +) / Double(temperatures.count)
        self.standard = standard
        self.reference = Self.reference(of: standard, at: mean, pressure)
        let valid = readings.compactMap(\.validDensity)
        self.measured = valid.isEmpty ? nil : valid.reduce(.zero, +) / Double(valid.count)
        var faults: [String] = []
        if readings.isEmpty { faults.append("the instrument gave no reading") }
        if valid.count < readings.count {
            let words = Set(readings.filter { $0.validDensity == nil }.map(\.densityCondition)).sorted()
            faults.append("\(readings.count - valid.count) of \(readings.count) repeats are not valid: \(words)")
        }
        if (mean - temperature).magnitude > Temperature(0.05, .kelvin) {
            faults.append("the cell was at \(mean), not at \(temperature)")
        }
        if let measured, !((measured - self.reference).magnitude <= tolerance) {
            faults.append(
                "\(standard.rawValue) has \(self.reference) at \(mean), the instrument says \(measured): clean the cell, "
                    + "fill again, and adjust it if that does not help")
        }
        self.faults = faults
    }

    /// Water: Tanaka et al., Metrologia 38 (2001) 301, equation 1, 0 to 40 °C, air-free at 1013.25 hPa. Air: manual of the
    /// DMA M (C76IB003EN-E), of average humidity to 10⁻⁶ g/cm³.
    static func reference(
        of standard: DensityStandard, at temperature: Temperature, _ pressure: Quantity<PressureDimension>
    ) -> Density {
        let t = temperature.celsius
        switch standard {
        case .water:
            let factor = 1 - (t - 3.983_035) * (t - 3.983_035) * (t + 301.797) / (522_528.9 * (t + 69.348_81))
            return Density(0.999_974_950 * factor, .gramPerCubicCentimetre)
        case .air:
            return Density(
                0.001_293_0 / (1 + 0.003_67 * t) * pressure.in(.millibar) / 1013.25, .gramPerCubicCentimetre)
        }
    }
}
