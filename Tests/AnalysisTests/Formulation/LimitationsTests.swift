import Analysis
import Testing

@Suite struct LimitationsTests {
    @Test(.enabled(if: FormulationFiles.hasSharedData, "../shared/data/asab is not there"))
    func `limits are the true least and most over the stocks`() throws {
        let limits = try Limitations(of: FormulationFiles.sharedTable()).moleFractions
        #expect(limits.count == 3, "a chemical in no stock has no limits")
        for (name, limit) in try FormulationFiles.vectors().limits {
            let key = try #require(FormulationFiles.keys[name])
            let range = try #require(limits[key])
            #expect(abs(range.lowerBound - limit.trueMin) < 1e-6)
            #expect(abs(range.upperBound - limit.trueMax) < 1e-6)
        }
    }

    @Test func `a stock that cannot be dosed does not widen the limits`() throws {
        let full = try FormulationFiles.table()
        var stocks = full.stocks
        stocks[2].density = nil
        let limits = try Limitations(of: StockTable(chemicals: full.chemicals, stocks: stocks)).moleFractions
        #expect(abs((limits[FormulationFiles.ec]?.upperBound ?? 0) - 0.477410) < 1e-6)
    }
}
