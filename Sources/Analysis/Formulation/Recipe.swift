public import DeviceKit

/// Which stocks to mix, by volume, and what comes of it. Nothing in it is rounded.
public struct Recipe: Sendable, Hashable {
    /// Ids of the stocks that take part, in the order of the table.
    public let stocks: [String]
    /// Volume fraction of each stock that takes part; they sum to 1.
    public let volumeFractions: [String: Double]
    /// What the mixture contains.
    public let composition: Composition
    /// Euclidean distance from what was asked for, in mole fractions.
    public let distance: Double

    /// From volumes or volume fractions of stocks, by id.
    ///
    /// Throws `.unknownStock`, `.missingStockDensity`, `.notFinite`, `.negative`, `.nothing`.
    public init(
        stockVolumes: [String: Double],
        target: Composition? = nil,
        using table: StockTable
    ) throws(FormulationError) {
        self.composition = try Composition(stockVolumes: stockVolumes, using: table)
        self.distance = target.map { [composition] in composition.distance(to: $0) } ?? 0
        self.stocks = table.stocks.map(\.id).filter { stockVolumes[$0, default: 0] > 0 }
        let total = self.stocks.reduce(0) { $0 + stockVolumes[$1, default: 0] }
        self.volumeFractions = stockVolumes.filter { $0.value > 0 }.mapValues { $0 / total }
    }

    /// Zero for a stock that takes no part.
    public subscript(_ stock: String) -> Double { self.volumeFractions[stock, default: 0] }

    /// The smallest of its volume fractions: the pump that has least to do.
    public var smallestFraction: Double { self.volumeFractions.values.min() ?? 0 }

    /// What each pump delivers when all together deliver `total`.
    public func flows(total: FlowRate) -> [String: FlowRate] { self.volumeFractions.mapValues { total * $0 } }

    /// Volume of each stock in a mixture of `total`.
    public func volumes(total: Volume) -> [String: Volume] { self.volumeFractions.mapValues { total * $0 } }

    /// Mass fraction of each stock. Throws `.unknownStock`, `.missingStockDensity`.
    public func massFractions(using table: StockTable) throws(FormulationError) -> [String: Double] {
        let density = try self.density(using: table).si
        var fractions: [String: Double] = [:]
        for (id, fraction) in self.volumeFractions {
            fractions[id] = fraction * (try table.stock(id).density?.value.si ?? 0) / density
        }
        return fractions
    }

    /// Density of the mixture when volumes add. Throws `.unknownStock`, `.missingStockDensity`.
    public func density(using table: StockTable) throws(FormulationError) -> Density {
        var density = Density.zero
        for id in self.stocks {
            let stock = try table.stock(id)
            guard let part = stock.density else { throw .missingStockDensity(stocks: [stock.name]) }
            density += part.value * self[id]
        }
        return density
    }

    /// Amount of each chemical per volume of mixture when volumes add. Throws `.unknownStock`, `.missingStockDensity`.
    public func concentrations(using table: StockTable) throws(FormulationError) -> [InChIKey: Concentration] {
        var sums: [InChIKey: Concentration] = [:]
        for id in self.stocks {
            for (key, part) in try table.concentrations(of: table.stock(id)) {
                sums[key, default: .zero] += part.value * self[id]
            }
        }
        return sums
    }
}
