import Analysis
import DeviceKit
import Foundation
import Protocols
import Testing

@testable import Methods

@Suite struct PlanningTests {
    let lab = ExampleLab()

    @Test(arguments: [0.3, 0.6, 1.0, 1.2, 1.4])
    func `a reachable molality is planned with as few syringes as it needs`(molality: Double) throws {
        let run = try self.prepare(molality)
        #expect(run.recipe.count <= 3)
        #expect(abs(run.recipe.values.reduce(0, +) - 1) < 1e-12)
        #expect(run.plan.steps.filter { if case .measureImpedance = $0.action { true } else { false } }.count == 3)
    }

    @Test func `a molality out of reach is refused with the nearest mixture named`() throws {
        let refusal = #expect(throws: RequestRefusal.self) { try self.prepare(1.8) }
        #expect(refusal?.kind == .unservable)
        #expect(refusal?.reason.contains("nearest reachable") == true)
    }

    @Test func `a chemical that is not in stock is refused by name`() throws {
        let parameters: JSONValue = [
            "formulation": [
                [
                    "chemical": ["SMILES": "COC(=O)OC", "InChIKey": "IEJIGPNLZYLLBP-UHFFFAOYSA-N"], "fraction": 1.0,
                    "fraction_type": "molPerMol",
                ]
            ]
        ]
        let refusal = #expect(throws: RequestRefusal.self) {
            try self.lab.conductivity.prepare(parameters, sample: self.lab.sample, in: self.lab.situation)
        }
        #expect(refusal?.reason.contains("DMC") == true)
    }

    @Test func `the gas opens only after the way out, and no valve turns between a dose's start and end`() throws {
        let run = try self.prepare(1.0)
        let steps = run.plan.steps + run.cleanup.steps
        for (index, step) in steps.enumerated() {
            guard case .blow(let route, _, _) = step.action else { continue }
            let turns = steps[..<index].last { if case .turnValves = $0.action { true } else { false } }
            guard case .turnValves(let settings)? = turns?.action else {
                Issue.record("gas without a way out")
                continue
            }
            #expect(settings.map(\.valve).allSatisfy { valve in route.contains { $0.hasPrefix("\(valve).") } })
        }
    }

    @Test func `a syringe that holds enough is not refilled`() throws {
        let first = try self.prepare(1.0)
        var planner = LiquidPlanner(self.lab.model, fluid: self.lab.situation.fluid, on: self.lab.sample.date)
        let mixture = try planner.chooseRecipe(
            for: self.lab.components(1.0), collecting: Volume(1, .millilitre))
        try planner.prime(mixture)
        let levels = mixture.parts.map { planner.level($0.pump) }
        #expect(levels.allSatisfy { $0 > Volume(5, .millilitre) })
        var again = LiquidPlanner(self.lab.model, fluid: planner.fluid, on: self.lab.sample.date)
        try again.prime(mixture)
        #expect(
            !again.steps.contains {
                if case .moveSyringes(let dosing) = $0.action { dosing.purpose == .fill } else { false }
            })
        #expect(first.plan.consumption.keys.allSatisfy { $0.hasPrefix("Reservoir") })
    }

    @Test func `the planned cell holds the mixture and nothing else`() throws {
        var planner = LiquidPlanner(self.lab.model, fluid: self.lab.situation.fluid, on: self.lab.sample.date)
        let volume = try planner.volumeToReach(self.lab.model.cell)
        let mixture = try planner.chooseRecipe(for: self.lab.components(1.2), collecting: volume)
        try planner.prime(mixture)
        try planner.fill(self.lab.model.cell, with: mixture, volume: volume)
        let target = try #require(mixture.liquid)
        let edge = try #require(self.lab.model.router.graph.cell(of: "electrochemistry"))
        let content = try #require(planner.fluid.content(of: edge).liquid)
        #expect(content.foreignFraction(to: target) < 1e-6)
    }

    @Test func `a vial gets exactly what was asked for`() throws {
        let run = try self.lab.electrolyte.prepare(
            ["electrolyte": ["formulation": self.lab.formulation(1.0)], "volume": 4.2], sample: self.lab.sample,
            in: self.lab.situation)
        #expect(run.vial == "vial_1")
        let collected = run.plan.steps.reduce(Volume.zero) { sum, step in
            guard case .moveSyringes(let dosing) = step.action, dosing.purpose == .collect else { return sum }
            return dosing.moves.reduce(sum) { $0 + $1.volume }
        }
        #expect(abs(collected.in(.millilitre) - 4.2) < 1e-9)
    }

    @Test func `small differences of reading neither add up nor overfill a syringe`() throws {
        let router = self.lab.model.router
        let capacity = try #require(self.lab.model.syringes["A0.0"]).capacity
        let route = try router.route(from: "Reservoir6", to: "A0.0").nodes
        var fluid = self.lab.situation.fluid
        for (from, to) in [(0.0, 5.0), (4.994, capacity.in(.millilitre))] {
            let move = Dosing.Move(
                pump: "A0.0", from: Volume(from, .millilitre), to: Volume(to, .millilitre),
                flow: FlowRate(0.05, .millilitrePerSecond), route: route)
            let dosed = StepOutcome.Dosed(pump: "A0.0", from: move.from, to: move.to)
            try fluid.apply(
                .moveSyringes(Dosing(purpose: .fill, moves: [move])), .dosed([dosed]), through: router)
        }
        #expect(
            abs((fluid.syringes["A0.0"]?.content.volume ?? .zero).in(.microlitre) - capacity.in(.microlitre)) < 0.01)
    }

    private func prepare(_ molality: Double) throws -> PreparedRun {
        try self.lab.conductivity.prepare(
            ["formulation": self.lab.formulation(molality), "temperature": 299.65], sample: self.lab.sample,
            in: self.lab.situation)
    }
}
