public import DeviceKit

/// What stands in a vial, a cell or a tube, from the simulated world's own account.
public struct LiquidMixture: Sendable, Hashable {
    /// Without gas.
    public var volume: Volume
    public var gas: Volume
    /// Volume fractions of the liquid by liquid id; they add up to one unless it is empty.
    public var fractions: [String: Double]
    /// Of the liquid, by InChIKey.
    public var concentrations: [String: Concentration]
    /// Of the liquid, unless the density of a part is unknown.
    public var density: Density?

    /// Mole fractions by InChIKey.
    public var formulation: [String: Double] {
        let total = self.concentrations.values.reduce(0) { $0 + $1.si }
        guard total > 0 else { return [:] }
        return self.concentrations.mapValues { $0.si / total }
    }

    /// Share of gas in the whole volume; one where there is nothing.
    public var gasFraction: Double {
        let total = self.volume.si + self.gas.si
        return total > 0 ? self.gas.si / total : 1
    }

    /// - Parameter amounts: mL by liquid id, without gas.
    init(amounts: [String: Double], gas: Double, liquids: [String: WorldDescription.Liquid]) {
        // Less than a picolitre is rounding.
        let present = amounts.filter { $0.value > 1e-9 }
        let total = present.values.reduce(0, +)
        self.volume = Volume(total, .millilitre)
        self.gas = Volume(gas, .millilitre)
        self.fractions = present.mapValues { $0 / total }
        var concentrations: [String: Concentration] = [:]
        var density: Density? = total > 0 ? .zero : nil
        for (liquid, fraction) in self.fractions.sorted(by: { $0.key < $1.key }) {
            for (chemical, concentration) in liquids[liquid]?.concentrations ?? [:] where concentration.si > 0 {
                concentrations[chemical, default: .zero] += fraction * concentration
            }
            if let sum = density, let part = liquids[liquid]?.density {
                density = sum + fraction * part
            } else {
                density = nil
            }
        }
        self.concentrations = concentrations
        self.density = density
    }
}

/// What an ideal instrument would find in a cell.
public struct CellTruth: Sendable, Hashable, Codable {
    /// With the gas in the cell taken into account: zero for an empty cell.
    public var conductivity: Conductivity
    public var temperature: Temperature
    /// Mole fractions by InChIKey.
    public var formulation: [String: Double]
    public var gasFraction: Double
    /// Of liquid and gas together.
    public var density: Density?
    /// Of the liquid alone: a ball that meets a bubble measures nothing. Nil without liquid.
    public var viscosity: Viscosity?

    public init(
        conductivity: Conductivity,
        temperature: Temperature,
        formulation: [String: Double],
        gasFraction: Double,
        density: Density? = nil,
        viscosity: Viscosity? = nil
    ) {
        self.density = density
        self.viscosity = viscosity
        self.conductivity = conductivity
        self.temperature = temperature
        self.formulation = formulation
        self.gasFraction = gasFraction
    }

    private enum CodingKeys: String, CodingKey {
        case conductivity = "conductivity_S_per_m"
        case temperature = "temperature_K"
        case density = "density_g_per_cm3"
        case viscosity = "viscosity_mPa_s"
        case formulation, gasFraction
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.conductivity = Conductivity(try container.decode(Double.self, forKey: .conductivity), .siemensPerMetre)
        self.temperature = Temperature(try container.decode(Double.self, forKey: .temperature), .kelvin)
        self.formulation = try container.decode([String: Double].self, forKey: .formulation)
        self.gasFraction = try container.decode(Double.self, forKey: .gasFraction)
        self.density = try container.decodeIfPresent(Double.self, forKey: .density).map {
            Density($0, .gramPerCubicCentimetre)
        }
        self.viscosity = try container.decodeIfPresent(Double.self, forKey: .viscosity).map {
            Viscosity($0, .millipascalSecond)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.conductivity.in(.siemensPerMetre), forKey: .conductivity)
        try container.encode(self.temperature.in(.kelvin), forKey: .temperature)
        try container.encode(self.formulation, forKey: .formulation)
        try container.encode(self.gasFraction, forKey: .gasFraction)
        try container.encodeIfPresent(self.density?.in(.gramPerCubicCentimetre), forKey: .density)
        try container.encodeIfPresent(self.viscosity?.in(.millipascalSecond), forKey: .viscosity)
    }
}
