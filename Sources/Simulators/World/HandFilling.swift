public import Analysis
import DeviceKit

/// What a person has filled into a cell that is off its tubes.
public enum HandFilling: Sendable, Hashable {
    case potassiumChloride(PotassiumChlorideStandard)
    case water
    case air

    /// What an ideal instrument finds. Standards of potassium chloride are told by their conductivity alone.
    func truth(at temperature: Temperature) -> CellTruth {
        let air = Density(0.001_199, .gramPerCubicCentimetre)
        switch self {
        case .potassiumChloride(let standard):
            return CellTruth(
                conductivity: standard.conductivity(at: temperature) ?? .zero, temperature: temperature,
                formulation: [:],
                gasFraction: 0)
        case .water:
            return CellTruth(
                conductivity: Conductivity(5.5e-6, .siemensPerMetre), temperature: temperature, formulation: [:],
                gasFraction: 0, density: Self.water(temperature.celsius), viscosity: Viscosity(1, .millipascalSecond))
        case .air:
            return CellTruth(
                conductivity: .zero, temperature: temperature, formulation: [:], gasFraction: 1, density: air)
        }
    }

    /// A cubic function through the densities of the CIPM (Metrologia 38 (2001) 301) from 15 to 30 °C, to 1e-6.
    private static func water(_ celsius: Double) -> Density {
        let t = celsius - 20
        return Density(
            0.998_206_8 - 2.064_2e-4 * t - 5.275e-6 * t * t + 3.39e-8 * t * t * t, .gramPerCubicCentimetre)
    }
}
