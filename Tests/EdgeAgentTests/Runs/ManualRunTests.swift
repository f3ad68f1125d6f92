import Analysis
import DeviceKit
import Foundation
import Methods
import Protocols
import Store
import Synchronization
import Testing
import Trials

@testable import EdgeAgent

/// Runs that people carry out: what is asked, answered once, and reported, whatever happens in between.
@Suite struct ManualRunTests {
    private static let lab = Result { () throws in
        try LabDescription(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().appending(path: "labs/transport/lab.yaml").path
        )
    }
    private static let parameters: JSONValue = [
        "origin": ["address": "Lab 7", "detail_1": "Dosing"], "destination": ["address": "AutoBASS"],
    ]

    private let folder: StateFolder
    init() throws { self.folder = try StateFolder() }

    @Test func `a transport is asked, answered and reported, while a lab that waits for somebody else does not matter`()
        async throws
    {
        let agent = try await Self.Agent(self.folder)
        _ = try await agent.journal.makeWaitingRun()
        let run = try await agent.take("11111111-1111-4111-8111-111111111111")
        try await agent.engine.carryOnManualRuns()
        #expect(try await agent.journal.run(run)?.state == .awaitingOperator)
        let prompt = try #require(await agent.prompts().first { $0["run"] == .string("\(run)") })
        #expect(prompt["due"]?.string != nil)
        #expect(prompt["choices"]?[1]?["entries"]?[0]?["name"] == "address")
        _ = try await agent.desk.answer(
            .answer(
                prompt: prompt["id"]?.string ?? "", answer: "elsewhere", person: "Mona",
                entries: ["address": "Lab 7", "detail_1": "Fridge"]))
        try await agent.engine.carryOnManualRuns()
        #expect(try await agent.journal.run(run)?.state == .succeeded)
        let item = try #require(await agent.journal.outboxPage().first)
        let data = try #require(JSONValue(parsing: item.payload)["data"])
        #expect(data["success"] == true)
        #expect(data["actual_new_location"] == ["address": "Lab 7", "detail_1": "Fridge"])
        #expect(data["executant"] == "Mona")
        let events = agent.events.withLock(\.self)
        #expect(events.filter { $0 == "operator.asked" }.count == 1, "\(events)")
        #expect(events.last == "run.finished")
    }

    @Test func `a transport does not keep the lab from working, nor its stock from being corrected`() async throws {
        let agent = try await Self.Agent(self.folder)
        _ = try await agent.take("11111111-1111-4111-8111-111111111111")
        try await agent.engine.carryOnManualRuns()
        #expect(await agent.engine.obstacle == nil)
        #expect(try await agent.journal.obstacle() == nil)
        try await agent.engine.lookAfterUnfinishedRuns()
        #expect(await agent.engine.waiting == [])
    }

    @Test func `a transport that is given up has no result, and its question needs no answer`() async throws {
        let agent = try await Self.Agent(self.folder)
        let run = try await agent.take("11111111-1111-4111-8111-111111111111")
        try await agent.engine.carryOnManualRuns()
        let id = try #require(await agent.prompts()[0]["id"]?.string)
        _ = try await agent.desk.answer(.abandon(run: "\(run)", person: "boss"))
        let late = await #expect(throws: OperatorError.self) {
            try await agent.desk.answer(.answer(prompt: id, answer: "done", person: "Mona"))
        }
        #expect(late?.description.contains("needs no answer any more") == true)
        try await agent.engine.carryOnManualRuns()
        #expect(try await agent.journal.outboxPage() == [])
        #expect(try await agent.journal.run(run)?.state == .failed)
    }

    @Test func `a word that ends runs is an ordinary text where text is asked for`() async throws {
        let agent = try await Self.Agent(self.folder)
        let run = try await agent.take("11111111-1111-4111-8111-111111111111")
        try await agent.engine.carryOnManualRuns()
        let id = try #require(await agent.prompts()[0]["id"]?.string)
        for slip in ["abandon", "doen"] {
            await #expect(throws: OperatorError.self) {
                try await agent.desk.answer(.answer(prompt: id, answer: slip, person: "Mona"))
            }
        }
        _ = try await agent.desk.answer(
            .answer(prompt: id, answer: "elsewhere", person: "Mona", entries: ["address": "abandon"]))
        try await agent.engine.carryOnManualRuns()
        #expect(try await agent.journal.run(run)?.state == .succeeded)
        let payload = try #require(await agent.journal.outboxPage().first?.payload)
        #expect(try JSONValue(parsing: payload)["data"]?["actual_new_location"] == ["address": "abandon"])
    }

    @Test func `a question may be for engineers alone`() async throws {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        let question = Question(
            text: "Clear the interlock?", choices: [.init(answer: "yes", meaning: "it is clear")], role: .engineer)
        let id = try await journal.ask(JSONValue(encoding: question)).description
        for role in [Role.viewer, .operator] {
            let error = await #expect(throws: OperatorError.self) {
                try await desk.answer(.answer(prompt: id, answer: "yes", person: "x", role: role))
            }
            #expect(error?.description.contains("by an engineer") == true)
        }
        #expect(
            try await desk.answer(.answer(prompt: id, answer: "yes", person: "x", role: .engineer))["state"]
                == "answered")
    }

    @Test func `a run that needs the lab waits for a person, holds the lab meanwhile, and goes on at once`()
        async throws
    {
        let agent = try await Self.Agent(self.folder)
        let method = LoadingMethod()
        let (run, prepared) = try await agent.queue("11111111-1111-4111-8111-111111111111", by: method)
        try await agent.engine.claim(run)
        let serving = Task { try await agent.engine.serve(run, prepared, by: method) }
        let prompt = try await agent.firstPrompt()
        #expect(await agent.engine.obstacle?.contains("is under way") == true)
        _ = try await agent.desk.answer(.answer(prompt: prompt, answer: "done", person: "Mona"))
        try await serving.value
        #expect(try await agent.journal.run(run)?.state == .succeeded)
        #expect(try await agent.journal.steps(of: run).map(\.state) == [.done, .done, .done])
        let payload = try #require(await agent.journal.outboxPage().first?.payload)
        #expect(try JSONValue(parsing: payload)["data"]?["by"] == "Mona")
    }

    @Test func `a halt ends a run that waits for a person, and nobody needs to answer`() async throws {
        let agent = try await Self.Agent(self.folder)
        let method = LoadingMethod()
        let (run, prepared) = try await agent.queue("11111111-1111-4111-8111-111111111111", by: method)
        try await agent.engine.claim(run)
        let serving = Task { try await agent.engine.serve(run, prepared, by: method) }
        let prompt = try await agent.firstPrompt()
        _ = try await agent.engine.halt(by: "tester")
        await #expect(throws: AgentError.self) { try await serving.value }
        #expect(try await agent.journal.run(run)?.state == .stopped)
        #expect(try await agent.desk.answer(.prompt(id: prompt))["state"] == "expired")
    }

    @Test func `a question of a run that was killed stands, and its answer is taken when the run goes on`() async throws
    {
        let request = "11111111-1111-4111-8111-111111111111"
        let method = LoadingMethod()
        let journal = try self.folder.journal()
        let run = try await journal.createRun(
            request: [:], requestID: request, quantity: method.quantity, method: method.name,
            memory: JSONValue(encoding: method.prepared(request)))
        for state in [RunState.checking, .running] { try await journal.setRunState(run, state) }
        let agent = try await Self.Agent(journal, self.folder)
        // As the killed process asked it; the answer came while none ran.
        guard case .askOperator(let question) = method.prepared(request).plan.steps[1].action else { return }
        let earlier = try await journal.ask(JSONValue(encoding: question), run: run, about: "step \(run) 2")
        _ = try await agent.desk.answer(.answer(prompt: "\(earlier)", answer: "done", person: "Mona"))
        let outcomes = try await agent.engine.perform(
            RunInHand(id: run, method.prepared(request), by: method),
            from: RunProgress(of: method.prepared(request).plan, steps: []))
        #expect(outcomes.count == 3)
        #expect(try await agent.journal.prompts().count == 1)
    }

    /// R24: double and late answers, several askers, restarts in between, runs given up: exactly one answer for each
    /// question that was answered, one result for each run that ended well, and never a second.
    @Test func `whatever happens, a question has one answer and a run one result`() async throws {
        for seed in Trials.seeds("manual runs", 40, soak: 2000) {
            var random = SeededGenerator(seed: seed)
            let folder = try StateFolder()
            var runs: [UUIDv7] = []
            var accepted: [String: [String]] = [:]
            var abandoned: Set<UUIDv7> = []
            for start in 0..<3 {
                let agent = try await Self.Agent(folder)
                try await agent.engine.lookAfterManualRuns()
                try await agent.engine.lookAfterUnfinishedRuns()
                for _ in 0..<Int.random(in: 2...8, using: &random) {
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0 where runs.count < 4: runs.append(try await agent.take(UUID().uuidString.lowercased()))
                    case 1: try await agent.engine.carryOnManualRuns()
                    case 2:
                        guard let run = runs.randomElement(using: &random) else { continue }
                        let isDone = (try? await agent.desk.answer(.abandon(run: "\(run)", person: "boss"))) != nil
                        if isDone { #expect(abandoned.insert(run).inserted, "seed \(seed): given up twice") }
                    default:
                        // All questions there ever were, three people at once.
                        let all = try await agent.journal.prompts().map(\.id.description)
                        guard let prompt = all.randomElement(using: &random) else { continue }
                        for person in await agent.answer(prompt, by: ["one", "two", "three"]) {
                            accepted[prompt, default: []].append("\(start) \(person)")
                        }
                    }
                }
                try await agent.engine.carryOnManualRuns()
                if Bool.random(using: &random) { try await agent.journal.close() }
            }
            let journal = try folder.journal()
            #expect(accepted.values.allSatisfy { $0.count == 1 }, "seed \(seed): \(accepted)")
            let prompts = try await journal.prompts(limit: 1000)
            #expect(Set(prompts.map(\.subject)).count == prompts.count, "seed \(seed): asked twice")
            let answered = Set(prompts.filter { $0.state == .answered }.map(\.id.description))
            #expect(answered == Set(accepted.keys), "seed \(seed)")
            let results = try await journal.outboxPage(limit: 1000)
            var succeeded: Set<String> = []
            for run in runs {
                let record = try #require(try await journal.run(run))
                if record.state == .succeeded { succeeded.insert(record.requestID) }
                #expect((record.state == .failed) == abandoned.contains(run), "seed \(seed): \(record.state)")
            }
            #expect(results.count == succeeded.count && Set(results.map(\.requestID)) == succeeded, "seed \(seed)")
            #expect(try await journal.verifyAudit().isSound)
        }
    }

    /// An agent without its broker and devices.
    private struct Agent {
        let journal: Journal
        let engine: RunEngine
        let desk: OperatorDesk
        let events: EventNames
        private let method: any Methods.Method

        init(_ folder: StateFolder) async throws { try await self.init(folder.journal(), folder) }

        init(_ journal: Journal, _ folder: StateFolder) async throws {
            let model = try ManualRunTests.lab.get().model
            let laboratory = Laboratory(pumps: [:], valves: [:], relays: [:], potentiostats: [:])
            let events = EventNames()
            self.journal = journal
            self.events = events
            self.engine = try await RunEngine(
                journal: journal, laboratory: laboratory,
                executor: StepExecutor(
                    laboratory: laboratory, interlocks: Interlocks(laboratory: laboratory, router: model.router),
                    clock: .init(), cellTemperature: model.cell.temperature,
                    archive: RawArchive(directory: folder.path).keep),
                model: model, tenant: "tenant", observe: events.note)
            self.desk = OperatorDesk(journal: journal, engine: self.engine, laboratory: laboratory, model: model)
            self.method = try #require(model.methods.first)
        }

        func take(_ request: String) async throws -> UUIDv7 {
            let fluid = await self.engine.fluid
            let cell = try ManualRunTests.lab.get().model.cell
            let prepared = try self.method.prepare(
                ManualRunTests.parameters, sample: SampleIdentity(request: request, id: request, date: "2026-11-24"),
                in: LabSituation(fluid: fluid, cellTemperature: cell.temperature.reading, temperatureAge: .zero))
            let run = try await self.engine.queue(prepared, by: self.method, request: [:])
            try await self.engine.serve(run, prepared, by: self.method)
            return run
        }

        func queue(_ request: String, by method: LoadingMethod) async throws -> (UUIDv7, PreparedRun) {
            let prepared = method.prepared(request)
            return (try await self.engine.queue(prepared, by: method, request: [:]), prepared)
        }

        /// The id of the first question that waits, as soon as one does.
        func firstPrompt() async throws -> String {
            var signs = self.journal.promptSigns().makeAsyncIterator()
            var prompts = try await self.prompts()
            while prompts.isEmpty {
                _ = await signs.next()
                prompts = try await self.prompts()
            }
            return try #require(prompts.first?["id"]?.string)
        }

        func prompts() async throws -> [JSONValue] {
            try await self.desk.answer(.prompts(all: false, limit: 100)).array ?? []
        }

        /// - Returns: whose answer was taken.
        func answer(_ prompt: String, by people: [String]) async -> [String] {
            await withTaskGroup(of: String?.self) { group in
                for (index, person) in people.enumerated() {
                    group.addTask { [desk = self.desk] in
                        let answer = TransportService.Answer.allCases[index % 3]
                        let entries = answer == .elsewhere ? ["address": "Fridge"] : nil
                        let isTaken = try? await desk.answer(
                            .answer(prompt: prompt, answer: answer.rawValue, person: person, entries: entries))
                        return isTaken == nil ? nil : person
                    }
                }
                return await group.reduce(into: []) { taken, one in
                    if let one { taken.append(one) }
                }
            }
        }
    }

    private final class EventNames: Sendable {
        private let names = Mutex<[String]>([])
        func note(_ event: AgentEvent) { self.names.withLock { $0.append(event.name) } }
        func withLock<Value>(_ body: ([String]) -> Value) -> Value { self.names.withLock { body($0) } }
    }
}

/// Has a person load a vial between two things that the lab does.
private struct LoadingMethod: Methods.Method {
    let quantity = "test"
    let name = "loading"
    let limitations: JSONValue = [[:]]

    func prepared(_ request: String) -> PreparedRun {
        let question = Question(
            text: "Put a vial into place.", choices: [.init(answer: "done", meaning: "it stands there")])
        return PreparedRun(
            sample: SampleIdentity(request: request, id: request, date: "2026-11-24"), requested: [:], recipe: [:],
            temperature: Measured(Temperature(298.15, .kelvin), uncertainty: .zero),
            plan: Plan(
                summary: ["load"],
                steps: [
                    Step("settle", .settle(.zero), estimate: .zero),
                    Step("load a vial", .askOperator(question), estimate: .zero),
                    Step("settle", .settle(.zero), estimate: .zero),
                ], consumption: [:]), cleanup: Plan(summary: [], steps: [], consumption: [:]))
    }

    func prepare(
        _ parameters: JSONValue, sample: SampleIdentity, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun { self.prepared(sample.request) }

    func result(
        of run: PreparedRun, outcomes: [StepOutcome], fluid: FluidState
    ) throws(RequestRefusal) -> MethodResult {
        guard case .answered(let said) = outcomes[1] else { throw RequestRefusal(.unservable, "nobody answered") }
        return MethodResult(parameters: [:], data: ["by": .string(said.person)], rawFiles: [])
    }
}
