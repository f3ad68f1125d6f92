import DeviceKit

/// The other ways to write a composition down, and reading a requested formulation in any of them.
extension Composition {
    /// How far the fractions of a normalised formulation may sum up beside 1.
    public static let sumTolerance = 1e-5

    /// Reads a formulation. Chemicals that only mole fractions name need not be in `table`.
    ///
    /// Throws `.empty`, `.notFinite`, `.negative`, `.duplicate`, `.mixedTypes`, `.sumNotOne` and what the conversion
    /// from its fraction type throws.
    public init(_ components: [FormulationComponent], using table: StockTable) throws(FormulationError) {
        var values: [FractionType: [String: Double]] = [:]
        var keys: Set<String> = []
        for component in components {
            let (key, fraction) = (component.key, component.fraction)
            guard fraction.isFinite else { throw .notFinite(key: key, value: fraction) }
            guard fraction >= 0 else { throw .negative(key: key, value: fraction) }
            guard keys.insert(key).inserted else { throw .duplicate(key: key) }
            values[component.type, default: [:]][key] = fraction
        }
        let types = FractionType.allCases.filter { values[$0] != nil }
        if let type = types.first, type.isNormalised, types.count == 1 || types == [.massPerMass, .molPerKg] {
            let sum = components.reduce(0) { $0 + ($1.type == type ? $1.fraction : 0) }
            guard abs(sum - 1) <= Self.sumTolerance else { throw .sumNotOne(sum: sum, type: type) }
        }
        let first = values[types.first ?? .direct] ?? [:]
        let fractions = Dictionary(uniqueKeysWithValues: first.map { (InChIKey($0.key), $0.value) })
        switch types {
        case []: throw .empty
        case [.molPerMol], [.molPerMolRatio]: try self.init(amounts: fractions)
        case [.massPerMass], [.massPerMassRatio]: try self.init(masses: fractions, using: table)
        case [.volPerVol], [.volPerVolRatio]: try self.init(pureVolumes: fractions, using: table)
        case [.direct]: try self.init(stockVolumes: first, using: table)
        case [.molPerKg]: throw .noSolvent
        case [.massPerMass, .molPerKg], [.massPerMassRatio, .molPerKg]:
            let salts = (values[.molPerKg] ?? [:]).map { (InChIKey($0.key), $0.value) }
            let molalities = Dictionary(uniqueKeysWithValues: salts)
            try self.init(molalities: molalities, solventMasses: fractions, using: table)
        default: throw .mixedTypes(types)
        }
    }

    /// Throws `.unknownChemical`.
    public func massFractions(using table: StockTable) throws(FormulationError) -> [InChIKey: Double] {
        var masses: [InChIKey: Double] = [:]
        for (key, fraction) in self.moleFractions {
            masses[key] = fraction * (try table.chemical(key).molarMass.value.si)
        }
        return Self.normalised(masses)
    }

    /// Volume fractions of the pure chemicals before mixing. Throws `.unknownChemical`, `.missingDensity`.
    public func pureVolumeFractions(using table: StockTable) throws(FormulationError) -> [InChIKey: Double] {
        var volumes: [InChIKey: Double] = [:]
        for (key, fraction) in self.moleFractions { volumes[key] = fraction * (try table.pureMolarVolume(of: key)) }
        return Self.normalised(volumes)
    }

    /// mol of `salt` per kg of everything that is not in `salts` (nor `salt` itself).
    ///
    /// Throws `.unknownChemical`, and `.noSolvent` when there is nothing else.
    public func molality(
        of salt: InChIKey,
        besides salts: Set<InChIKey> = [],
        using table: StockTable
    ) throws(FormulationError) -> Double {
        var solvent = 0.0
        for key in self.chemicals where key != salt && !salts.contains(key) {
            solvent += self[key] * (try table.chemical(key).molarMass.value.si)
        }
        guard solvent > 0 else { throw .noSolvent }
        return self[salt] / solvent
    }

    /// The composition with bench names, in the order of the table of chemicals: `LiPF6 0.1187, EC 0.4774`.
    public func words(using table: StockTable) -> String {
        let known = table.chemicals.map(\.inchiKey)
        let keys = known.filter { self[$0] > 0 } + self.chemicals.filter { !known.contains($0) }
        return keys.map { "\(table.name(of: $0)) \(Self.fourDecimals(self[$0]))" }.joined(separator: ", ")
    }

    static func fourDecimals(_ fraction: Double) -> String {
        let digits = String(Int((fraction * 10_000).rounded()))
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return "\(padded.dropLast(4)).\(padded.suffix(4))"
    }

    private static func normalised(_ parts: [InChIKey: Double]) -> [InChIKey: Double] {
        let total = parts.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        return parts.mapValues { $0 / total }
    }
}

extension StockTable {
    /// M/ρ of a pure chemical, m³/mol.
    func pureMolarVolume(of key: InChIKey) throws(FormulationError) -> Double {
        let chemical = try self.chemical(key)
        guard let density = chemical.density else { throw .missingDensity(chemical: chemical.name) }
        return chemical.molarMass.value.si / density.value.si
    }
}
