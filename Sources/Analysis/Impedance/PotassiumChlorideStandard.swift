public import DeviceKit

/// Conductivity of aqueous potassium chloride of a known molality, 0…50 °C (ITS-90), without the water's own part.
///
/// Cubic functions of T − 25 °C through the molal standards of IUPAC (Pratt, Koch, Wu and Berezansky, Pure Appl. Chem.
/// 73 (2001) 1783; table in the CRC Handbook of Chemistry and Physics), within 5e-6 of the table, for 1 mol/kg within
/// 5e-5. Bottles on sale are mostly made up by volume (1413 µS/cm is 0.01 mol/L): these functions are not for them.
public enum PotassiumChlorideStandard: String, Sendable, Hashable, Codable, CaseIterable {
    case centimolal = "0.01 mol/kg"
    case decimolal = "0.1 mol/kg"
    case molal = "1 mol/kg"

    public static let range = Temperature(celsius: 0)...Temperature(celsius: 50)

    /// `nil` outside `range`.
    public func conductivity(at temperature: Temperature) -> Conductivity? {
        guard temperature.isFinite, Self.range.contains(temperature) else { return nil }
        let (a, x) = (self.coefficients, temperature.celsius - 25)
        let microsiemensPerCentimetre = a[0] + x * (a[1] + x * (a[2] + x * a[3]))
        return Conductivity(microsiemensPerCentimetre * 1e-3, .millisiemensPerCentimetre)
    }

    /// Relative change of the conductivity, 1/K. `nil` outside `range`.
    public func temperatureCoefficient(at temperature: Temperature) -> Double? {
        guard let conductivity = self.conductivity(at: temperature) else { return nil }
        let (a, x) = (self.coefficients, temperature.celsius - 25)
        let slope = a[1] + x * (2 * a[2] + x * 3 * a[3])
        return slope * 1e-3 / conductivity.in(.millisiemensPerCentimetre)
    }

    /// µS/cm over powers of K.
    private var coefficients: [Double] {
        switch self {
        case .centimolal: [1408.2295, 27.375349, 0.06390967, -0.00058429604]
        case .decimolal: [12824.615, 244.45219, 0.51883156, -0.0050741351]
        case .molal: [108623.52, 1907.4632, 3.1284848, -0.038107226]
        }
    }
}
