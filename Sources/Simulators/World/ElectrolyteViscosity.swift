public import DeviceKit
import Glibc

/// Dynamic viscosity of LiPF6 in mixtures of ethylene carbonate and ethyl methyl carbonate.
///
/// The solvents pass through 0.65 mPa·s for ethyl methyl carbonate at 25 °C and 1.90 mPa·s for ethylene carbonate at 40 °C
/// (Xu, Chem. Rev. 104 (2004) 4303, table 1); their mixtures are ideal in the logarithm (Grunberg and Nissan, Nature 164
/// (1949) 799) by mass share. Salt multiplies by exp(1.00·c + 0.11·c²), c in mol/L, which gives the 3 mPa·s that 1 mol/L in
/// EC:EMC 3:7 is commonly said to have at 25 °C. The activation energies (9.5 and 14 kJ/mol, 4 kJ/mol more per mol/L) and
/// the salt's effect are unverified: a smooth shape for a simulation, not a measured law, hence `isExtrapolated`.
public struct ElectrolyteViscosity: Sendable, Hashable {
    public let viscosity: Viscosity
    /// Anything but a pure solvent at the temperature of its published point.
    public let isExtrapolated: Bool

    /// - Parameter concentrations: of the liquid, by InChIKey.
    public init(concentrations: [String: Concentration], temperature: Temperature) {
        func molarity(_ chemical: String) -> Double { concentrations[chemical]?.in(.molePerLitre) ?? 0 }
        let salt = molarity(ElectrolyteConductivity.lithiumHexafluorophosphate)
        let cyclic = molarity(ElectrolyteConductivity.ethyleneCarbonate) * 88.06
        let linear = molarity(ElectrolyteConductivity.ethylMethylCarbonate) * 104.10
        let share = cyclic + linear > 0 ? cyclic / (cyclic + linear) : 0
        let kelvin = temperature.in(.kelvin)
        let solvent =
            share * Self.logarithm(1.90, at: 313.15, activation: 14_000, kelvin)
            + (1 - share) * Self.logarithm(0.65, at: 298.15, activation: 9_500, kelvin)
        let dissolved = 1.00 * salt + 0.11 * salt * salt + 4_000 * salt / Self.gas * (1 / kelvin - 1 / 298.15)
        self.viscosity = Viscosity(exp(solvent + dissolved), .millipascalSecond)
        let isPublished = (share == 0 && abs(kelvin - 298.15) < 0.5) || (share == 1 && abs(kelvin - 313.15) < 0.5)
        self.isExtrapolated = salt > 0 || !isPublished
    }

    /// J/(mol·K).
    private static let gas = 8.314_462_6

    /// ln(η / mPa·s) by Arrhenius through one point.
    private static func logarithm(_ value: Double, at point: Double, activation: Double, _ kelvin: Double) -> Double {
        log(value) + activation / self.gas * (1 / kelvin - 1 / point)
    }
}
