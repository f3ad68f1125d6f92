public import DeviceKit
import Glibc

/// Ionic conductivity of LiPF6 in mixtures of ethylene carbonate and ethyl methyl carbonate.
///
/// For EC:EMC 3:7 by mass this is the fit of Landesfeind and Gasteiger, J. Electrochem. Soc. 166 (2019) A3079,
/// from 0.1 to 3 mol/L and -10 to 50 °C. Other ratios multiply it by a parabola in the mass share w of EC,
/// 1 + 0.973·(w − 0.3) − 2.867·(w − 0.3)²: one at 3:7, 0.45 without EC, highest near w = 0.47. That is a shape
/// chosen for a smooth simulation, not a measured law, hence `isExtrapolated`.
public struct ElectrolyteConductivity: Sendable, Hashable {
    public static let lithiumHexafluorophosphate = "AXPLOJNSKRXQPA-UHFFFAOYSA-N"
    public static let ethyleneCarbonate = "KMTRUDSVKNLOMY-UHFFFAOYSA-N"
    public static let ethylMethylCarbonate = "JBTWLSYIZRCDFO-UHFFFAOYSA-N"
    /// What a salt-free carbonate solvent still conducts.
    public static let residual = Conductivity(1e-5, .siemensPerMetre)

    public let conductivity: Conductivity
    /// Outside what was measured: another solvent ratio, concentration or temperature, or foreign chemicals.
    public let isExtrapolated: Bool

    /// - Parameter concentrations: of the liquid, by InChIKey.
    public init(concentrations: [String: Concentration], temperature: Temperature) {
        func molarity(_ chemical: String) -> Double { concentrations[chemical]?.in(.molePerLitre) ?? 0 }
        let salt = molarity(Self.lithiumHexafluorophosphate)
        let carbonate = molarity(Self.ethyleneCarbonate) * 88.06
        let linear = molarity(Self.ethylMethylCarbonate) * 104.10
        let share = carbonate + linear > 0 ? carbonate / (carbonate + linear) : 0
        let known: Set = [Self.lithiumHexafluorophosphate, Self.ethyleneCarbonate, Self.ethylMethylCarbonate]
        let hasForeign = concentrations.contains { !known.contains($0.key) && $0.value.in(.molePerLitre) > 0.01 }
        let fit = Self.landesfeindGasteiger(molarity: salt, kelvin: temperature.in(.kelvin))
        self.conductivity = max(Self.residual, Conductivity(fit * Self.factor(share), .millisiemensPerCentimetre))
        self.isExtrapolated =
            hasForeign || abs(share - 0.3) > 0.025 || !(0.1...3).contains(salt)
            || !(-10...50).contains(temperature.celsius)
    }

    /// mS/cm in EC:EMC 3:7, from mol/L and K.
    private static func landesfeindGasteiger(molarity c: Double, kelvin: Double) -> Double {
        guard c > 0, kelvin > 0 else { return 0 }
        let arrhenius = exp(1000 / kelvin)
        let ideal = 0.521 * (1 + (kelvin - 228)) * c
        let interaction = 1 - 1.06 * c.squareRoot() + 0.353 * (1 - 3.59e-3 * arrhenius) * c
        return ideal * interaction / (1 + 1.48e-3 * c * c * c * c * arrhenius)
    }

    private static func factor(_ share: Double) -> Double {
        let distance = share - 0.3
        return 1 + 0.973 * distance - 2.867 * distance * distance
    }
}
