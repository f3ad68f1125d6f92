import DeviceKit
import LabBench
import Methods
import Protocols
import Simulators
import Store
import Testing

@testable import EdgeAgent

/// What people have pumps do that are in trouble, over their servers and over their drives' own lines.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PumpActTests {
    @Test(arguments: ["asab-epos", "asab-slcan"])
    func `a drive that was without power gets its position back on the word of somebody who looked`(
        _ lab: String
    ) async throws {
        try await Self.withSite(lab) { site in
            let pump = try site.bench.pump("A0.0")
            let unknown = await site.refusal("restore", ["plunger": "untouched"])
            #expect(unknown?.description.contains("no position is kept") == true, "\(unknown as Any)")
            let level = try await pump.move(
                toFillLevel: Volume(2, .millilitre), at: FlowRate(0.05, .millilitrePerSecond))
            let outcome = StepOutcome.dosed([.init(pump: "A0.0", from: .zero, to: level)])
            for change in try await site.bench.laboratory.positions(after: outcome) {
                try await site.journal.setStock(change.key, change.value)
            }
            try await site.bench.lab.tell("A0", .losesPower)
            #expect(try await !pump.status().isReferenced)
            #expect(await pump.lastPositionCounter() == nil)

            let unsaid = await site.refusal("restore", [:])
            #expect(unsaid?.status == .badData)
            #expect(unsaid?.description.contains("plunger=untouched") == true)
            #expect(unsaid?.description.contains("It stood at 2") == true, "\(unsaid as Any)")
            #expect(try await !pump.status().isReferenced)

            let done = try await site.perform("restore", ["plunger": "untouched"])
            #expect(
                done["done"] == true && done["next"] == nil && done["reading"]?.string?.hasPrefix("holds 2") == true)
            let status = try await pump.status()
            #expect(status.isReferenced && status.isEnabled)
            #expect((status.fillLevel - level).magnitude < Volume(0.05, .microlitre))
            let trail = try await site.journal.auditEntries()
            #expect(
                trail.map(\.act) == [
                    "device action", "device action failed", "device action", "device action done",
                ])
            #expect(trail.allSatisfy { $0.person == "Mona" && $0.detail["device"] == "A0" })
        }
    }

    @Test(arguments: ["asab", "asab-epos", "asab-slcan"])
    func `a reference move needs the word that the syringe is out, and says what is left to do`(
        _ lab: String
    ) async throws {
        try await Self.withSite(lab) { site in
            let pump = try site.bench.pump("A0.0")
            for arguments in [[:], ["syringe": "in"], ["syringe": "removed", "plunger": "untouched"]] {
                let unsaid = await site.refusal("reference", arguments)
                #expect(
                    unsaid?.status == .badData && unsaid?.description.contains("Take the syringe out of A0") == true)
            }
            #expect(try await site.journal.auditEntries().isEmpty)
            let done = try await site.perform("reference", ["syringe": "removed"])
            #expect(done["done"] == true && done["next"]?.string?.contains("edge-agent stock empty A0.0") == true)
            let status = try await pump.status()
            #expect(status.isReferenced && status.fillLevel.magnitude < Volume(0.05, .microlitre))
            #expect(try await site.journal.stock(KeptPosition.key("A0.0"))?.value["counter"] != nil)
            #expect(await site.engine.obstacle == nil)
        }
    }

    @Test(arguments: ["asab", "asab-epos"])
    func `a fault is cleared on somebody's word`(_ lab: String) async throws {
        try await Self.withSite(lab) { site in
            let pump = try site.bench.pump("A0.0")
            try await site.bench.lab.tell("A0", .overload)
            let deadline = ContinuousClock.now + .seconds(5)
            while try await !pump.status().isFaulted, ContinuousClock.now < deadline {}
            let done = try await site.perform("clear-fault", ["cause": "removed"])
            #expect(done["done"] == true)
            let status = try await pump.status()
            #expect(!status.isFaulted && status.isEnabled && status.isReferenced)
        }
    }

    @Test
    func `nothing is done to a pump while a run, a halt or somebody else has the lab, and no run begins meanwhile`()
        async throws
    {
        try await Self.withSite("asab-epos") { site in
            let run = site.journal.ids.make()
            try await site.engine.claim(run)
            let inUse = await site.refusal("reference", ["syringe": "removed"])
            #expect(inUse?.status == .unavailable && inUse?.description.contains("\(run) uses the lab") == true)
            await site.release(run)

            _ = try await site.engine.halt(by: "Mona")
            let halted = await site.refusal("reference", ["syringe": "removed"])
            #expect(halted?.status == .unavailable && halted?.description.contains("halted by Mona") == true)
            try await site.engine.release()

            try await site.engine.doByHand("Ben has B0 do reference") {
                let taken = await site.refusal("reference", ["syringe": "removed"])
                #expect(taken?.status == .unavailable && taken?.description.contains("Ben has B0 do reference") == true)
                let refused = await #expect(throws: AgentError.self) { try await site.engine.claim(run) }
                #expect(refused?.description.contains("Ben has B0 do reference") == true)
            }
            try await site.engine.claim(run)
            #expect(try await site.journal.auditEntries().isEmpty)
        }
    }

    @Test func `a halt ends what a person has a pump do, also what has only just begun`() async throws {
        try await Self.withSite("asab-epos") { site in
            let pump = try site.bench.pump("A0.0")
            _ = try await pump.move(toFillLevel: Volume(2, .millilitre), at: FlowRate(0.05, .millilitrePerSecond))
            let referencing = Task { await site.refusal("reference", ["syringe": "removed"]) }
            let deadline = ContinuousClock.now + .seconds(5)
            while await site.engine.byHand == nil, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
            }
            _ = try await site.desk.answer(.halt(person: "Ben"))
            let ended = await referencing.value
            #expect(ended?.status == .unavailable, "\(ended as Any)")
            #expect(await site.engine.byHand == nil)
            let status = try await pump.status()
            #expect(status.flow == .zero && status.fillLevel > Volume(0.1, .millilitre))
            #expect(try await site.journal.auditEntries().map(\.act).contains("device action failed"))
        }
    }

    @Test func `what a pump can do is told with what it asks for`() async throws {
        try await Self.withSite("asab-epos") { site in
            let description = try await site.desk.answer(.describeDevice("A0"))
            let actions = description["actions"]?.array ?? []
            #expect(actions.map { $0["name"]?.string } == ["clear-fault", "restore", "reference"])
            #expect(actions.allSatisfy { $0["asks"]?.string?.contains("A0") == true })
            let unknown = await site.refusal("refill", [:])
            #expect(unknown?.status == .badData && unknown?.description.contains("it has clear-fault, restore") == true)
        }
    }

    // MARK: Parts

    private struct Site: Sendable {
        let bench: LabBench
        let journal: Journal
        let engine: RunEngine
        let desk: OperatorDesk

        func perform(_ action: String, _ arguments: [String: String]) async throws -> JSONValue {
            try await self.desk.answer(
                .perform(device: "A0", action: action, arguments: arguments, person: "Mona"))
        }

        /// Nil for what was done.
        func refusal(_ action: String, _ arguments: [String: String]) async -> OperatorError? {
            do {
                _ = try await self.perform(action, arguments)
                return nil
            } catch {
                return error as? OperatorError
            }
        }

        func release(_ run: UUIDv7) async { await self.engine.end(run) }
    }

    private static func withSite(_ lab: String, _ body: (Site) async throws -> Void) async throws {
        let folder = try StateFolder()
        try await LabBench.run(lab) { bench in
            let journal = try folder.journal()
            let engine = try await bench.makeEngine(journal, in: folder)
            let desk = OperatorDesk(
                journal: journal, engine: engine, laboratory: bench.laboratory, model: bench.description.model)
            try await body(Site(bench: bench, journal: journal, engine: engine, desk: desk))
            try await journal.close()
        }
    }
}

extension RunEngine {
    fileprivate func end(_ run: UUIDv7) { self.underWay.end(run) }
}
