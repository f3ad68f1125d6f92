/// Lots of stock solutions. What the table's file describes is the first lot of each, under the stock solution's own id.
extension StockTable {
    /// The table after bottles were filled anew: the last lot of a stock solution is the one that stands in its bottle, and
    /// gives the figures of the stock solution.
    ///
    /// Throws `.unknownStock`, `.unknownChemical`, `.duplicate` for a lot that is known already, `.otherChemicals` for one
    /// that is another solution.
    public func loading(_ lots: [StockLot]) throws(FormulationError) -> StockTable {
        var stocks = self.stocks
        for lot in lots {
            guard let index = stocks.firstIndex(where: { $0.id == lot.stock }) else { throw .unknownStock(lot.stock) }
            guard Set(lot.chemicals) == Set(stocks[index].chemicals) else {
                throw .otherChemicals(lot: lot.batch, stock: stocks[index].name)
            }
            stocks[index] = stocks[index].filled(with: lot)
        }
        return try StockTable(
            chemicals: self.chemicals, stocks: stocks, warnings: self.warnings, described: self.described,
            lots: self.lots + lots)
    }

    /// Every lot as a stock solution of its own, by the lot's id: for liquids as they are found in tubes and vessels.
    public var byLot: StockTable {
        get throws(FormulationError) {
            var all = self.described
            for lot in self.lots {
                guard var one = self.described.first(where: { $0.id == lot.stock }) else {
                    throw .unknownStock(lot.stock)
                }
                one = one.filled(with: lot)
                one.id = lot.id
                all.append(one)
            }
            return try StockTable(chemicals: self.chemicals, stocks: all)
        }
    }

    /// The stock solution that a lot is of; nil for a source that is no lot.
    public func stockID(ofLot id: String) -> String? {
        self.lots.first { $0.id == id }?.stock ?? self.described.first { $0.id == id }?.id
    }

    /// How a lot is called by its manufacturer; nil for a source that is no lot.
    public func batch(ofLot id: String) -> String? {
        self.lots.first { $0.id == id }?.batch ?? self.described.first { $0.id == id }?.batch
    }

    /// Liquids as planning sees them: a lot is as good as another of the same stock solution.
    public func joiningLots(_ fluid: FluidState) -> FluidState {
        guard !self.lots.isEmpty else { return fluid }
        return fluid.renaming(
            Dictionary(self.lots.map { (FluidSource($0.id), FluidSource($0.stock)) }) { first, _ in first })
    }
}

extension StockSolution {
    /// The same with the figures of another lot.
    fileprivate func filled(with lot: StockLot) -> StockSolution {
        var stock = self
        stock.lot = lot.id
        stock.massTotal = lot.massTotal
        stock.density = lot.density
        stock.densityTemperature = lot.densityTemperature
        stock.masses = lot.masses
        stock.batch = lot.batch
        stock.manufacturer = lot.manufacturer
        stock.manufacturingDate = lot.manufacturingDate
        stock.references = lot.references
        return stock
    }
}
