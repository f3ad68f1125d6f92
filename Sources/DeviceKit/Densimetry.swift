/// What a densimeter is asked to do.
public struct DensimetryOrder: Sendable, Hashable, Codable {
    public enum Purpose: Sendable, Hashable, Codable {
        case sample
        /// The instrument compares a standard with its own table.
        case check(DensityStandard)
    }

    /// Name of a method on the instrument: it fixes the repeats, and what is measured.
    public var method: String
    /// Number of the method on the instrument, for routes that know no names; nil is the method that is active there.
    public var number: Int?
    /// Of the cell, as the method sets it.
    public var temperature: Temperature
    public var purpose: Purpose
    /// What a person was told to call the sample at the instrument; nil leaves its name to the agent.
    public var sampleName: String?

    public init(
        method: String, number: Int? = nil, temperature: Temperature, purpose: Purpose = .sample,
        sampleName: String? = nil
    ) {
        self.sampleName = sampleName
        self.method = method
        self.number = number
        self.temperature = temperature
        self.purpose = purpose
    }
}

/// What a densimeter is checked with. Filled by hand: none of it may meet LiPF6.
public enum DensityStandard: String, Sendable, Hashable, Codable, CaseIterable {
    case water, air
}

/// One repeat of a measurement, as the instrument judges it.
public struct DensimetryReading: Sendable, Hashable, Codable {
    /// Nil where the instrument shows no number.
    public var density: Density?
    /// The instrument's own word; `valid` is good, and nothing else is.
    public var densityCondition: String
    /// Nil where the method measures none, or the instrument shows no number.
    public var viscosity: Viscosity?
    /// Nil where the method measures no viscosity.
    public var viscosityCondition: String?
    /// Of the density cell, if the method's output has it.
    public var temperature: Temperature?

    public init(
        density: Density?, densityCondition: String, viscosity: Viscosity? = nil, viscosityCondition: String? = nil,
        temperature: Temperature? = nil
    ) {
        self.density = density
        self.densityCondition = densityCondition
        self.viscosity = viscosity
        self.viscosityCondition = viscosityCondition
        self.temperature = temperature
    }

    /// The density, if the instrument stands by it.
    public var validDensity: Density? { Self.isValid(self.densityCondition) ? self.density : nil }
    public var validViscosity: Viscosity? {
        self.viscosityCondition.map(Self.isValid) == true ? self.viscosity : nil
    }

    private static func isValid(_ condition: String) -> Bool { condition.lowercased() == "valid" }
}

/// What an instrument wrote, under a name by which it can be told from others of the same measurement.
public struct RawRecord: Sendable, Hashable {
    /// A file name without folders, `S-1_Density_Measurement.csv` for example.
    public var name: String
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
