public import DeviceKit

/// Density of LiPF6 in mixtures of ethylene carbonate and ethyl methyl carbonate.
///
/// At the temperature at which a lab's stocks were weighed the density is the sum of all masses in the volume, so every
/// mixture passes through the stocks' own densities. Other temperatures follow from the thermal expansion alone, taken as
/// 1.10·10⁻³ 1/K for the linear carbonate and 0.90·10⁻³ 1/K for ethylene carbonate and salt, by mass share: with it
/// ethyl methyl carbonate has 1.006 g/cm³ at 25 °C (Xu, Chem. Rev. 104 (2004) 4303, table 1). The expansions are unverified;
/// beyond 10 K from the reference they extrapolate.
public struct ElectrolyteDensity: Sendable, Hashable {
    /// Of the stocks' densities.
    public static let reference = Temperature(299.8, .kelvin)

    public let density: Density
    public let isExtrapolated: Bool

    /// - Parameter concentrations: of the liquid at the reference temperature, by InChIKey.
    public init(concentrations: [String: Concentration], temperature: Temperature) {
        // g/mol.
        let masses = [
            ElectrolyteConductivity.lithiumHexafluorophosphate: 151.91,
            ElectrolyteConductivity.ethyleneCarbonate: 88.06,
            ElectrolyteConductivity.ethylMethylCarbonate: 104.10,
        ]
        var total = 0.0
        var expanding = 0.0
        var isForeign = false
        for (chemical, concentration) in concentrations {
            guard let mass = masses[chemical] else {
                isForeign = true
                continue
            }
            // mol/m³ · g/mol = g/m³.
            let share = concentration.si * mass / 1000
            total += share
            expanding += share * (chemical == ElectrolyteConductivity.ethylMethylCarbonate ? 1.1e-3 : 0.9e-3)
        }
        let difference = (temperature - Self.reference).in(.kelvin)
        self.density = Density(si: total - expanding * difference)
        self.isExtrapolated = isForeign || abs(difference) > 10
    }
}
