import Analysis
import DeviceKit
import Testing

@Suite struct StockLotTests {
    private let table: StockTable
    private let stock: StockSolution

    init() throws {
        self.table = try FormulationFiles.table()
        self.stock = try #require(self.table.stocks.first)
    }

    private func lot(_ id: String, batch: String, mass: Double = 40) -> StockLot {
        let total = Mass(mass, .gram)
        let share = total / self.stock.massTotal.value
        return StockLot(
            id: id, stock: self.stock.id, massTotal: Measured(total, uncertainty: Mass(1, .milligram)),
            density: self.stock.density ?? Measured(Density(1, .gramPerMillilitre), uncertainty: .zero),
            densityTemperature: nil,
            masses: self.stock.masses.mapValues { Measured($0.value * share, uncertainty: $0.uncertainty) },
            batch: batch,
            manufacturer: "M", manufacturingDate: "2026-11", references: "")
    }

    @Test func `the last lot gives the figures, and every lot is found by its own id`() throws {
        let table = try self.table.loading([self.lot("a", batch: "A")]).loading([self.lot("b", batch: "B", mass: 30)])
        let present = try table.stock(self.stock.id)
        #expect(present.lot == "b" && present.batch == "B" && present.massTotal.value == Mass(30, .gram))
        #expect(table.lots.map(\.id) == ["a", "b"])
        #expect(try table.byLot.stock("a").batch == "A")
        #expect(try table.byLot.stock(self.stock.id).batch == self.stock.batch)
        #expect(table.stockID(ofLot: "a") == self.stock.id && table.stockID(ofLot: "Solvent") == nil)
        #expect(table.stocks.dropFirst() == self.table.stocks.dropFirst())
    }

    @Test func `a lot is refused twice, of an unknown stock solution, and of other chemicals`() throws {
        let lot = self.lot("a", batch: "A")
        #expect(throws: FormulationError.duplicate(key: "a")) { try self.table.loading([lot, lot]) }
        var strange = lot
        strange.stock = "none"
        #expect(throws: FormulationError.unknownStock("none")) { try self.table.loading([strange]) }
        var other = lot
        other.masses.removeValue(forKey: try #require(lot.chemicals.first))
        #expect(throws: FormulationError.otherChemicals(lot: "A", stock: self.stock.name)) {
            try self.table.loading([other])
        }
    }
}
