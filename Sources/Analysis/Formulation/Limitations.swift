/// How little and how much of each chemical a mixture of the stocks can contain.
public struct Limitations: Sendable, Hashable {
    /// Mole fractions, for every chemical that is in a stock with known density.
    ///
    /// A mixture's mole fractions lie between those of its stocks, so each range is exact for its chemical alone. All
    /// together they are a box around what can be mixed: `RecipeSolver` decides on a composition.
    public let moleFractions: [InChIKey: ClosedRange<Double>]

    /// Throws `.unknownChemical`.
    public init(of table: StockTable) throws(FormulationError) {
        var compositions: [Composition] = []
        for stock in table.doseable where !stock.chemicals.isEmpty {
            compositions.append(try Composition(stockVolumes: [stock.id: 1], using: table))
        }
        var ranges: [InChIKey: ClosedRange<Double>] = [:]
        for key in Set(compositions.flatMap(\.moleFractions.keys)) {
            let fractions = compositions.map { $0[key] }
            guard let least = fractions.min(), let most = fractions.max() else { continue }
            ranges[key] = least...most
        }
        self.moleFractions = ranges
    }
}
