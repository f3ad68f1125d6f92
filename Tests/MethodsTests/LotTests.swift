import Analysis
import DeviceKit
import Methods
import Protocols
import Testing

/// Bottles that are filled anew while the tubes still hold what stood in them before.
@Suite struct LotTests {
    private let lab = ExampleLab()

    /// A lot of the first stock solution that was weighed in with a tenth less salt.
    private func weakLot() throws -> StockLot {
        let stock = try #require(self.lab.model.table.stocks.first)
        var masses = stock.masses
        let salt = try #require(masses[ExampleLab.lithiumSalt])
        masses[ExampleLab.lithiumSalt] = Measured(salt.value * 0.9, uncertainty: salt.uncertainty)
        let total = stock.massTotal.value - salt.value * 0.1
        return StockLot(
            id: "lot-2", stock: stock.id, massTotal: Measured(total, uncertainty: stock.massTotal.uncertainty),
            density: Measured(Density(1.27, .gramPerMillilitre), uncertainty: Density(0.001, .gramPerMillilitre)),
            densityTemperature: nil, masses: masses, batch: "B-2", manufacturer: "E-Lyte", manufacturingDate: "2026-11",
            references: "")
    }

    private func situation(_ fluid: FluidState) -> LabSituation {
        LabSituation(fluid: fluid, cellTemperature: self.lab.situation.cellTemperature, temperatureAge: .zero)
    }

    private func deliver(_ model: LabModel, from fluid: FluidState) throws -> (PreparedRun, FluidState, MethodResult) {
        let method = ElectrolyteFlow(model, try #require(model.electrolyte))
        let run = try method.prepare(
            ["electrolyte": ["formulation": self.lab.formulation(1.1)], "volume": 2], sample: self.lab.sample,
            in: self.situation(fluid))
        var after = fluid
        var outcomes: [StepOutcome] = []
        for step in run.plan.steps {
            var outcome = StepOutcome.done
            if case .moveSyringes(let dosing) = step.action {
                outcome = .dosed(dosing.moves.map { .init(pump: $0.pump, from: $0.from, to: $0.to) })
            }
            try after.apply(step.action, outcome, through: model.router)
            outcomes.append(outcome)
        }
        return (run, after, try method.result(of: run, outcomes: outcomes, fluid: after))
    }

    private func saltFraction(_ result: MethodResult) -> Double? {
        result.data["electrolyte"]?["formulation"]?.array?.first {
            $0["chemical"]?["InChIKey"]?.string == ExampleLab.lithiumSalt.text
        }?["fraction"]?.double
    }

    @Test func `a syringe is emptied of the lot before, and the mixture is what was asked for, of the new lot`() throws
    {
        let before = try self.deliver(self.lab.model, from: self.lab.situation.fluid)
        let lot = try self.weakLot()
        let stock = try #require(self.lab.model.table.stocks.first)
        var fluid = before.1
        let capacity = fluid.vessels[stock.reservoir]?.capacity
        try fluid.set(
            stock.reservoir,
            to: .init(FluidPortion(Liquid(FluidSource(lot.id)), volume: lot.volume), capacity: capacity))
        let (run, after, result) = try self.deliver(self.lab.model.loading([lot]), from: fluid)
        #expect(run.plan.steps.contains { $0.title.contains("empty A0.0 of the lot before") })
        let lots = try #require(
            result.data["details"]?["stocks"]?.array?.first { $0["id"]?.string == stock.id }?["lots"])
        #expect(lots[0]?["batch"] == "B-2" && lots[0]?["id"] == "lot-2")
        #expect(lots[0]?["fraction"]?.double.map { $0 > 0.95 } == true, "\(lots.text())")
        let wanted = try self.lab.composition(1.1)[ExampleLab.lithiumSalt]
        #expect(try abs(#require(self.saltFraction(result)) - wanted) < 0.01 * wanted)
        // Taken for the lot before, the same volumes would be another mixture.
        let mistaken = try Composition(stockVolumes: run.recipe, using: self.lab.model.table)
        #expect(abs(mistaken[ExampleLab.lithiumSalt] - wanted) > 0.02 * wanted)
        #expect(after.vessels[stock.reservoir].map { $0.content.volume < lot.volume } == true)
    }

    @Test func `what the line leaves of the lot before empties no syringe, and is named all the same`() throws {
        let lot = try self.weakLot()
        let stock = try #require(self.lab.model.table.stocks.first)
        var fluid = self.lab.situation.fluid
        try fluid.set(stock.reservoir, to: .init(FluidPortion(Liquid(FluidSource(lot.id)), volume: lot.volume)))
        let model = try self.lab.model.loading([lot])
        let first = try self.deliver(model, from: fluid)
        #expect(!first.0.plan.steps.contains { $0.title.contains("lot before") })
        let lots = first.2.data["details"]?["stocks"]?.array?.first { $0["id"]?.string == stock.id }?["lots"]?.array
        #expect(lots?.compactMap { $0["batch"]?.string } == ["B-2", stock.batch])
        let second = try self.deliver(model, from: first.1)
        #expect(!second.0.plan.steps.contains { $0.title.contains("lot before") })
    }

    @Test func `a bottle that would not do for the same once more is warned of before the run`() throws {
        var fluid = self.lab.situation.fluid
        let plenty = try self.deliver(self.lab.model, from: fluid)
        #expect(plenty.0.plan.warnings == nil)
        let (node, taken) = try #require(plenty.0.plan.consumption.max { $0.value < $1.value })
        let source = try #require(fluid.vessels[node]?.content.liquid)
        try fluid.set(node, to: .init(FluidPortion(source, volume: taken * 1.5)))
        let scarce = try self.deliver(self.lab.model, from: fluid)
        let warnings = try #require(scarce.0.plan.warnings)
        #expect(warnings.count == 1 && warnings[0].hasPrefix("\(node) ("), "\(warnings)")
        #expect(warnings[0].contains("edge-agent stock load"))
    }
}
