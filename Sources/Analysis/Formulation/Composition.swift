import DeviceKit

/// Mole fractions of a mixture. They are finite, not negative and sum to 1; chemicals with none are left out.
public struct Composition: Sendable, Hashable {
    public let moleFractions: [InChIKey: Double]

    /// From amounts of substance in any common unit.
    ///
    /// Throws `.notFinite`, `.negative`, and `.nothing` when all are zero.
    public init(amounts: [InChIKey: Double]) throws(FormulationError) {
        var total = 0.0
        for (key, amount) in amounts.sorted(by: { $0.key < $1.key }) {
            guard amount.isFinite else { throw .notFinite(key: key.text, value: amount) }
            guard amount >= 0 else { throw .negative(key: key.text, value: amount) }
            total += amount
        }
        guard total > 0 else { throw .nothing }
        guard total.isFinite else { throw .notFinite(key: "sum", value: total) }
        self.moleFractions = amounts.filter { $0.value > 0 }.mapValues { $0 / total }
    }

    /// From masses or mass ratios of the chemicals. Throws also `.unknownChemical`.
    public init(masses: [InChIKey: Double], using table: StockTable) throws(FormulationError) {
        var amounts: [InChIKey: Double] = [:]
        for (key, mass) in masses { amounts[key] = mass / (try table.chemical(key).molarMass.value.si) }
        try self.init(amounts: amounts)
    }

    /// From volumes or volume ratios of the pure chemicals. Throws also `.unknownChemical`, `.missingDensity`.
    public init(pureVolumes: [InChIKey: Double], using table: StockTable) throws(FormulationError) {
        var amounts: [InChIKey: Double] = [:]
        for (key, volume) in pureVolumes { amounts[key] = volume / (try table.pureMolarVolume(of: key)) }
        try self.init(amounts: amounts)
    }

    /// From volumes or volume fractions of stock solutions, by id; mixing is taken to add volumes.
    ///
    /// Throws also `.unknownStock`, `.missingStockDensity`.
    public init(stockVolumes: [String: Double], using table: StockTable) throws(FormulationError) {
        var amounts: [InChIKey: Double] = [:]
        for (id, volume) in stockVolumes.sorted(by: { $0.key < $1.key }) {
            guard volume.isFinite else { throw .notFinite(key: id, value: volume) }
            guard volume >= 0 else { throw .negative(key: id, value: volume) }
            for (key, concentration) in try table.concentrations(of: table.stock(id)) {
                amounts[key, default: 0] += concentration.value.si * volume
            }
        }
        try self.init(amounts: amounts)
    }

    /// From the molality of salts, in mol per kg of solvent, and the mass ratio of the solvents among themselves.
    ///
    ///     try Composition(molalities: [lithiumSalt: 1.2], solventMasses: [ec: 3, emc: 7], using: table)
    ///
    /// Throws also `.noSolvent`, `.unknownChemical`.
    public init(
        molalities: [InChIKey: Double],
        solventMasses: [InChIKey: Double],
        using table: StockTable
    ) throws(FormulationError) {
        var solvent = 0.0
        for (key, mass) in solventMasses.sorted(by: { $0.key < $1.key }) {
            guard mass.isFinite else { throw .notFinite(key: key.text, value: mass) }
            guard mass >= 0 else { throw .negative(key: key.text, value: mass) }
            guard molalities[key] == nil else { throw .duplicate(key: key.text) }
            solvent += mass
        }
        guard solvent > 0 else { throw .noSolvent }
        var amounts = molalities
        for (key, mass) in solventMasses {
            amounts[key] = mass / solvent / (try table.chemical(key).molarMass.value.si)
        }
        try self.init(amounts: amounts)
    }

    /// Zero for a chemical that is not in it.
    public subscript(_ key: InChIKey) -> Double { self.moleFractions[key, default: 0] }

    /// Its chemicals in the order of their keys, so that sums over them come out the same every time.
    public var chemicals: [InChIKey] { self.moleFractions.keys.sorted() }

    /// Euclidean distance in mole fractions, over the chemicals of both.
    public func distance(to other: Composition) -> Double {
        Set(self.moleFractions.keys).union(other.moleFractions.keys).sorted()
            .reduce(0) { $0 + (self[$1] - other[$1]) * (self[$1] - other[$1]) }.squareRoot()
    }
}
