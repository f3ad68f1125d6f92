/// What the numbers of a formulation are fractions of. The raw values are the words used on the wire.
public enum FractionType: String, Sendable, Hashable, CaseIterable, Codable {
    /// Mole fractions; they sum to 1.
    case molPerMol
    /// Mass fractions; they sum to 1.
    case massPerMass
    /// Volume fractions of the pure components before mixing; they sum to 1.
    case volPerVol
    /// Parts by amount of substance; only their ratio counts.
    case molPerMolRatio
    /// Parts by mass; only their ratio counts.
    case massPerMassRatio
    /// Parts by volume of the pure components; only their ratio counts.
    case volPerVolRatio
    /// Molality: mol of a salt per kg of solvent. The solvents of the same formulation are given as `massPerMass` or
    /// `massPerMassRatio` among themselves.
    case molPerKg
    /// Volume fractions of stock solutions, keyed by stock rather than chemical; they sum to 1.
    case direct

    /// Reads the word used on the wire; the error lists the known ones.
    public init(wire: String) throws(FormulationError) {
        guard let type = Self(rawValue: wire) else { throw .unknownFractionType(wire) }
        self = type
    }

    /// Whether the numbers must sum to 1.
    public var isNormalised: Bool {
        switch self {
        case .molPerMol, .massPerMass, .volPerVol, .direct: true
        case .molPerMolRatio, .massPerMassRatio, .volPerVolRatio, .molPerKg: false
        }
    }
}
