public import DeviceKit

/// What a mixture contains, computed from the volumes that were really dosed, with standard uncertainties.
///
/// Uncertainty follows the GUM (JCGM 100:2008, 5.1) to first order. Independent inputs are every dosed volume, the
/// density and total mass of every stock, every mass weighed in, and every molar mass; so the density of a stock acts
/// on all its chemicals alike, and cancels where it should.
public struct ActualComposition: Sendable, Hashable {
    /// A mole fraction with its standard uncertainty, both without unit.
    public struct Fraction: Sendable, Hashable {
        public let value: Double
        public let uncertainty: Double

        public init(value: Double, uncertainty: Double) {
            self.value = value
            self.uncertainty = uncertainty
        }
    }

    public let fractions: [InChIKey: Fraction]
    /// Sum of the dosed volumes.
    public let volume: Measured<VolumeDimension>
    /// The values without their uncertainties.
    public let composition: Composition

    /// From the dosed volume of each stock, by id. A volume of zero with an uncertainty counts with that uncertainty.
    ///
    /// Throws `.unknownStock`, `.missingStockDensity`, `.unknownChemical`, `.notFinite`, `.negative`, `.nothing`.
    public init(doses: [String: Measured<VolumeDimension>], using table: StockTable) throws(FormulationError) {
        var parts: [Part] = []
        for (id, dose) in doses.sorted(by: { $0.key < $1.key }) {
            guard dose.uncertainty.isFinite else { throw .notFinite(key: id, value: dose.uncertainty.si) }
            let stock = try table.stock(id)
            parts.append(Part(dose: dose, stock: stock, concentrations: try table.concentrations(of: stock)))
        }
        self.composition = try Composition(stockVolumes: doses.mapValues(\.value.si), using: table)
        self.volume = Measured(
            parts.reduce(.zero) { $0 + $1.dose.value },
            uncertainty: Volume(
                si: parts.reduce(0) { $0 + $1.dose.uncertainty.si * $1.dose.uncertainty.si }.squareRoot()
            )
        )

        var propagation = Propagation(keys: Set(parts.flatMap(\.concentrations.keys)).sorted(), parts: parts)
        for part in parts {
            let amounts = propagation.amounts(of: part)
            propagation.add(propagation.keys.map { part.concentration(of: $0) * part.dose.uncertainty.si })
            propagation.add(amounts.map { $0 * (part.stock.density?.relativeUncertainty ?? 0) })
            propagation.add(amounts.map { $0 * part.stock.massTotal.relativeUncertainty })
            for (index, key) in propagation.keys.enumerated() where amounts[index] > 0 {
                propagation.add(amounts[index] * (part.stock.masses[key]?.relativeUncertainty ?? 0), at: index)
            }
        }
        for (index, key) in propagation.keys.enumerated() {
            propagation.add(
                propagation.totals[index] * (try table.chemical(key).molarMass.relativeUncertainty),
                at: index
            )
        }
        self.fractions = propagation.fractions()
    }

    private struct Part {
        let dose: Measured<VolumeDimension>
        let stock: StockSolution
        let concentrations: [InChIKey: Measured<ConcentrationDimension>]

        func concentration(of key: InChIKey) -> Double { self.concentrations[key]?.value.si ?? 0 }
    }

    /// Collects the squares of what each input contributes to the mole fractions a_i = n_i/N:
    /// ∂a_i/∂q = (∂n_i/∂q − a_i Σ_k ∂n_k/∂q)/N.
    private struct Propagation {
        let keys: [InChIKey]
        /// Amount of substance of each chemical, mol.
        let totals: [Double]
        private let total: Double
        private var variances: [Double]

        init(keys: [InChIKey], parts: [Part]) {
            self.keys = keys
            self.totals = keys.map { key in parts.reduce(0) { $0 + $1.concentration(of: key) * $1.dose.value.si } }
            self.total = self.totals.reduce(0, +)
            self.variances = [Double](repeating: 0, count: keys.count)
        }

        func amounts(of part: Part) -> [Double] { self.keys.map { part.concentration(of: $0) * part.dose.value.si } }

        /// Adds an input that changes the amounts by `changes` when it changes by its standard uncertainty.
        mutating func add(_ changes: [Double]) {
            let sum = changes.reduce(0, +)
            for (index, change) in changes.enumerated() {
                let contribution = (change - self.totals[index] / self.total * sum) / self.total
                self.variances[index] += contribution * contribution
            }
        }

        /// Adds an input that changes only one chemical's amount.
        mutating func add(_ change: Double, at place: Int) {
            self.add(self.keys.indices.map { $0 == place ? change : 0 })
        }

        func fractions() -> [InChIKey: Fraction] {
            var fractions: [InChIKey: Fraction] = [:]
            for (index, key) in self.keys.enumerated() {
                fractions[key] = Fraction(
                    value: self.totals[index] / self.total,
                    uncertainty: self.variances[index].squareRoot()
                )
            }
            return fractions
        }
    }
}
