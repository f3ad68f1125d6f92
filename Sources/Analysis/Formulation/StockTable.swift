public import DeviceKit

/// The chemicals and stock solutions of a lab.
public struct StockTable: Sendable, Hashable {
    /// In the order of the file.
    public let chemicals: [Chemical]
    /// In the order of the file, each with the figures of the lot that stands in its bottle.
    public let stocks: [StockSolution]
    /// Filled into bottles since the file was written, the oldest first.
    public let lots: [StockLot]
    /// What somebody should look at although the files could be used.
    public let warnings: [SourceDiagnostic]

    /// Of a lab without liquids.
    public static let empty = StockTable()

    /// As the file has them.
    let described: [StockSolution]
    private let chemicalIndex: [InChIKey: Int]
    private let stockIndex: [String: Int]

    /// Throws `.duplicate` for a chemical or stock given twice and `.unknownChemical` for one that only a stock names.
    public init(chemicals: [Chemical], stocks: [StockSolution]) throws(FormulationError) {
        try self.init(chemicals: chemicals, stocks: stocks, warnings: [])
    }

    /// - Parameters:
    ///   - described: the stocks as the file has them, where lots have been filled in since.
    ///   - lots: those, the oldest first.
    init(
        chemicals: [Chemical], stocks: [StockSolution], warnings: [SourceDiagnostic],
        described: [StockSolution]? = nil, lots: [StockLot] = []
    ) throws(FormulationError) {
        var chemicalIndex: [InChIKey: Int] = [:]
        for (index, chemical) in chemicals.enumerated() {
            guard chemicalIndex.updateValue(index, forKey: chemical.inchiKey) == nil else {
                throw .duplicate(key: chemical.inchiKey.text)
            }
        }
        var stockIndex: [String: Int] = [:]
        for (index, stock) in stocks.enumerated() {
            guard stockIndex.updateValue(index, forKey: stock.id) == nil else { throw .duplicate(key: stock.id) }
            for key in stock.masses.keys.sorted() where chemicalIndex[key] == nil { throw .unknownChemical(key) }
        }
        for (index, lot) in lots.enumerated()
        where stockIndex[lot.id] != nil || lots[..<index].contains(where: { $0.id == lot.id }) {
            throw .duplicate(key: lot.id)
        }
        self.chemicals = chemicals
        self.stocks = stocks
        self.lots = lots
        self.described = described ?? stocks
        self.warnings = warnings
        self.chemicalIndex = chemicalIndex
        self.stockIndex = stockIndex
    }

    private init() {
        (self.chemicals, self.stocks, self.lots, self.described, self.warnings) = ([], [], [], [], [])
        (self.chemicalIndex, self.stockIndex) = ([:], [:])
    }

    /// Throws `.unknownChemical`.
    public func chemical(_ key: InChIKey) throws(FormulationError) -> Chemical {
        guard let index = self.chemicalIndex[key] else { throw .unknownChemical(key) }
        return self.chemicals[index]
    }

    /// Throws `.unknownStock`.
    public func stock(_ id: String) throws(FormulationError) -> StockSolution {
        guard let index = self.stockIndex[id] else { throw .unknownStock(id) }
        return self.stocks[index]
    }

    /// The bench name of a chemical; its key when it is not in the table.
    public func name(of key: InChIKey) -> String {
        self.chemicalIndex[key].map { self.chemicals[$0].name } ?? key.text
    }

    /// Stocks whose density is known, so that a volume of them can be dosed.
    public var doseable: [StockSolution] { self.stocks.filter { $0.density != nil } }

    /// Amount of each chemical per volume of a stock: c = m/M · ρ/m_total.
    ///
    /// The uncertainty combines the four inputs as independent (GUM 5.1); those of one stock share its density, use
    /// `ActualComposition` to propagate them further. Throws `.missingStockDensity`, `.unknownChemical`.
    public func concentrations(
        of stock: StockSolution
    ) throws(FormulationError) -> [InChIKey: Measured<ConcentrationDimension>] {
        guard let density = stock.density else { throw .missingStockDensity(stocks: [stock.name]) }
        var concentrations: [InChIKey: Measured<ConcentrationDimension>] = [:]
        for (key, mass) in stock.masses where mass.value.si > 0 {
            let molarMass = try self.chemical(key).molarMass
            let value = mass.value.si / molarMass.value.si * density.value.si / stock.massTotal.value.si
            let relative = [
                mass.relativeUncertainty, molarMass.relativeUncertainty, density.relativeUncertainty,
                stock.massTotal.relativeUncertainty,
            ].reduce(0) { $0 + $1 * $1 }.squareRoot()
            concentrations[key] = Measured(Concentration(si: value), uncertainty: Concentration(si: value * relative))
        }
        return concentrations
    }

    /// The same table after the density of a stock has been measured. Throws `.unknownStock`.
    public func settingDensity(
        _ density: Measured<DensityDimension>,
        at temperature: Temperature,
        ofStock id: String
    ) throws(FormulationError) -> StockTable {
        guard let index = self.stockIndex[id] else { throw .unknownStock(id) }
        var stocks = self.stocks
        stocks[index].density = density
        stocks[index].densityTemperature = temperature
        return try StockTable(
            chemicals: self.chemicals, stocks: stocks, warnings: self.warnings, described: self.described,
            lots: self.lots)
    }
}
