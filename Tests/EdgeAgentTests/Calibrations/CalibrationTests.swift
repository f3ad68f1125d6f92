import Analysis
import DeviceKit
import Foundation
import LabBench
import Methods
import Protocols
import Simulators
import Store
import Testing

@testable import EdgeAgent

/// Calibrations of the simulated lab, with a person who does what is asked.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CalibrationTests {
    @Test func `the constant of the cell is found by a standard filled in by hand, and used from then on`() async throws
    {
        try await Self.withSite { site in
            let order = CellConstantDetermination(standard: "0.1 mol/kg", lot: "KCl-7", fillings: 2)
            let run = try await site.begin(.cellConstant(order))
            let asked = try await site.serve(run) { prompt in
                switch prompt["choices"]?[0]?["answer"]?.string {
                case "filled":
                    await site.bench.lab.world.fill(
                        cell: "electrochemistry", byHandWith: .potassiumChloride(.decimolal))
                    return ("filled", ["temperature": "299.65 K"])
                default:
                    await site.bench.lab.world.fill(cell: "electrochemistry", byHandWith: nil)
                    return ("dry", [:])
                }
            }
            #expect(asked == ["filled", "filled", "dry"])
            #expect(try await site.journal.run(run)?.state == .succeeded)
            let found = try #require(try await site.journal.calibrations().first)
            // The world's cell has 1 per cm.
            let (value, uncertainty) = (try #require(found.value), try #require(found.uncertainty))
            #expect(abs(value - 1) < 0.005 && uncertainty > 0 && uncertainty < 0.005, "\(found)")
            #expect(found.isPassed && found.subject == "electrochemistry" && found.unit == "1/cm")
            #expect(found.detail["lot"] == "KCl-7" && found.detail["fillings"]?.array?.count == 2)
            let cell = await site.engine.model.cell
            #expect(cell.constant.value.in(.perCentimetre) == found.value && cell.calibration == "\(found.id)")
            #expect(await site.holdsNoWater())
            let unsafe = await site.bench.lab.world.events.compactMap { event -> String? in
                if case .unsafe(_, let reason) = event.occurrence { reason } else { nil }
            }
            #expect(unsafe == [])
            let listed = try await site.desk.answer(.calibrations(all: false, limit: 10))
            #expect(listed[0]?["kind"] == "cell constant" && listed[0]?["person"] == "Mona")
            let memory = try LabMemory(parsing: try await site.desk.answer(.memory))
            #expect(try memory.lab(site.bench.description.model).cell.calibration == "\(found.id)")
            // A restart knows it, too.
            #expect(try await site.journal.lab(site.bench.description.model).cell.calibration == "\(found.id)")
        }
    }

    @Test func `a cell that is left wet stops everything through it until somebody has dried it`() async throws {
        try await Self.withSite { site in
            let order = CellConstantDetermination(standard: "0.1 mol/kg", lot: "KCl-7", fillings: 1)
            let run = try await site.begin(.cellConstant(order))
            let carrying = Task { try? await site.engine.carryOutCalibration() }
            _ = try await site.nextPrompt(of: run)
            _ = try await site.desk.answer(.stop(run: "\(run)", person: "Mona"))
            await carrying.value
            _ = try await site.desk.answer(.abandon(run: "\(run)", person: "Mona"))
            #expect(await !site.holdsNoWater())
            let refused = await #expect(throws: OperatorError.self) { try await site.begin(.cellConstant(order)) }
            #expect(
                refused?.description.contains("edge-agent stock dried electrochemistry") == true,
                "\(String(describing: refused))")
            let action = Action.blow(
                route: try site.gasRoute().nodes, relay: "gas", duration: .seconds(1))
            #expect(try await site.engine.fluid.forbids(action, through: site.bench.description.model.router))
            _ = try await site.desk.answer(.correct(.dried(cell: "electrochemistry"), person: "Mona"))
            #expect(await site.holdsNoWater())
            await #expect(throws: OperatorError.self) {
                try await site.desk.answer(.correct(.dried(cell: "electrochemistry"), person: "Mona"))
            }
            let again = try await site.begin(.cellConstant(order))
            #expect(try await site.journal.run(again)?.state == .queued)
        }
    }

    @Test func `a densimeter that reads water right has passed its check`() async throws {
        try await Self.withSite { site in
            let run = try await site.begin(.densimeter(DensimeterVerification(standard: .water)))
            let asked = try await site.serve(run) { prompt in
                let isFilling = prompt["choices"]?[0]?["answer"]?.string == "filled"
                await site.bench.lab.world.fill(cell: "densiVisco", byHandWith: isFilling ? .water : nil)
                return isFilling ? ("filled", ["pressure": "1009 mbar"]) : ("dry", [:])
            }
            #expect(asked == ["filled", "dry"])
            #expect(try await site.journal.run(run)?.state == .succeeded)
            let check = try #require(try await site.journal.calibrations().first)
            let deviation = try #require(check.value)
            #expect(check.isPassed && abs(deviation) < 1e-4, "\(check)")
            #expect(await site.engine.model.densimeter?.lastCheck?.id == "\(check.id)")
        }
    }

    @Test func `the line to a vial is weighed`() async throws {
        try await Self.withSite { site in
            let density = Measured(Density(1.01, .gramPerMillilitre), uncertainty: Density(0.001, .gramPerMillilitre))
            let run = try await site.begin(.lineVolume(LineVolumeDetermination(vial: "vial_1", density: density)))
            _ = try await site.serve(run) { prompt in
                guard prompt["choices"]?[0]?["answer"]?.string == "weighed" else {
                    return ("placed", ["mass": "10.000 g"])
                }
                let arrived = await site.bench.lab.world.mixture(inTerminal: "vial_1")?.volume ?? .zero
                return ("weighed", ["mass": "\(10 + arrived.in(.millilitre) * 1.01) g"])
            }
            #expect(try await site.journal.run(run)?.state == .succeeded)
            let found = try #require(try await site.journal.calibrations().first)
            #expect(found.subject == "V7.0 to V10.0" && found.unit == "mL")
            #expect(found.isPassed && abs((found.detail["relative_deviation"]?.double ?? 1)) < 0.03, "\(found)")
            let line = try #require(await site.engine.model.vialLines.first)
            #expect(line.weighing?.id == "\(found.id)" && line.vials.contains("vial_8"))
            let used = try await site.engine.model.router.route(from: "V7.0", to: "V10.0").deadVolume.in(.millilitre)
            let value = try #require(found.value)
            #expect(abs(used - value) < 1e-6)
            // What stands in the tubes was taken over in their new volumes, then and by whoever starts next.
            let graph = await site.engine.model.router.graph
            #expect(await site.engine.fluid.mismatches(with: graph) == [])
            let lab = try await site.journal.lab(site.bench.description.model)
            #expect(try await site.journal.fluid(of: lab).mismatches(with: graph) == [])
            let shown = try await site.desk.answer(.run(id: "\(run)"))
            #expect(shown["plan"]?[0]?.string?.contains("volume of the line V7.0 to V10.0") == true, "\(shown)")
            // Where plungers stood is kept with the steps that moved them.
            for (node, pump) in site.bench.laboratory.pumps {
                guard let kept = try await site.journal.stock(KeptPosition.key(node)) else { continue }
                let position = try kept.value.decode(KeptPosition.self)
                #expect(await position.counter == pump.lastPositionCounter())
                #expect(try await (position.level - pump.status().fillLevel).magnitude < Volume(1, .microlitre))
            }
            #expect(try await site.journal.allStock().contains { $0.key.hasPrefix("position ") })
        }
    }

    // MARK: Parts

    private struct Site {
        let bench: LabBench
        let journal: Journal
        let engine: RunEngine
        let desk: OperatorDesk

        func begin(_ order: CalibrationOrder) async throws -> UUIDv7 {
            let begun = try await self.desk.answer(.calibrate(order, person: "Mona"))
            return try #require(begun["run"]?.string.flatMap { UUIDv7(parsing: $0) })
        }

        /// Carries a calibration out, and answers what it asks.
        ///
        /// - Returns: the answers.
        func serve(
            _ run: UUIDv7, _ answer: (JSONValue) async throws -> (String, [String: String])
        ) async throws -> [String] {
            let carrying = Task { try await self.engine.carryOutCalibration() }
            var given: [String] = []
            while try await self.journal.run(run)?.state.isFinal == false {
                guard let prompt = try await self.nextPrompt(of: run, within: .milliseconds(200)) else { continue }
                let (word, entries) = try await answer(prompt)
                given.append(word)
                _ = try await self.desk.answer(
                    .answer(prompt: prompt["id"]?.string ?? "", answer: word, person: "Mona", entries: entries))
            }
            try await carrying.value
            return given
        }

        func nextPrompt(of run: UUIDv7, within limit: Duration = .seconds(60)) async throws -> JSONValue? {
            let deadline = ContinuousClock.now + limit
            while ContinuousClock.now < deadline {
                let open = try await self.desk.answer(.prompts(all: false, limit: 10)).array ?? []
                if let prompt = open.first(where: { $0["run"]?.string == "\(run)" }) { return prompt }
                try await Task.sleep(for: .milliseconds(10))
            }
            return nil
        }

        func holdsNoWater() async -> Bool {
            await !self.engine.fluid.inventory.sources.contains(.aqueous)
        }

        func gasRoute() throws -> FluidicRoute {
            let router = self.bench.description.model.router
            let inlet = try #require(router.graph.cell(of: "electrochemistry")).start
            return try router.route(from: "pressurizedGas", to: "waste_1", via: [inlet])
        }
    }

    private static func withSite(_ body: (Site) async throws -> Void) async throws {
        let folder = try StateFolder()
        try await LabBench.run { bench in
            let journal = try folder.journal()
            let engine = try await bench.makeEngine(journal, in: folder)
            let desk = OperatorDesk(
                journal: journal, engine: engine, laboratory: bench.laboratory, model: bench.description.model)
            let site = Site(bench: bench, journal: journal, engine: engine, desk: desk)
            let early = await #expect(throws: OperatorError.self) {
                try await site.begin(.densimeter(DensimeterVerification(standard: .water)))
            }
            #expect(early?.description.contains("still starting") == true)
            try await engine.lookAfterUnfinishedRuns()
            try await body(site)
            try await journal.close()
        }
    }
}
