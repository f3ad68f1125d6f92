import Analysis
import DeviceKit
import Foundation
import Methods
import Protocols
import Store
import Testing

@testable import EdgeAgent

/// Questions about bottles and devices: asked once, taken back, and answered with what they are about.
@Suite struct StockQuestionTests {
    private let folder: StateFolder
    private let model: LabModel

    init() throws {
        self.folder = try StateFolder()
        self.model = try LabDescription(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().appending(path: "labs/asab/lab.yaml").path
        ).model
    }

    @Test func `a low bottle is asked about once, and the answer is its refill`() async throws {
        let journal = try self.folder.journal()
        let (engine, desk) = try await self.engine(journal, holding: Volume(3, .millilitre))
        try await engine.askAboutStock()
        try await engine.askAboutStock()
        let prompts = try #require(await desk.answer(.prompts(all: false, limit: 10)).array)
        #expect(prompts.count == 1)
        #expect(
            prompts[0]["text"]?.string?.hasPrefix(
                "Reservoir6 (1.5M-LiPF6-EC-EMC, lot MPGX-23-474_1) holds 3 mL, less than 10 mL.") == true
        )
        let id = try #require(prompts[0]["id"]?.string)
        for (answer, says) in [("5 mL", "is not from"), ("50", "has no unit"), ("seen", "is no answer")] {
            let error = await #expect(throws: OperatorError.self) {
                try await desk.answer(.answer(prompt: id, answer: answer, person: "Ada"))
            }
            #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
        }
        #expect(await engine.fluid.vessels["Reservoir6"]?.content.volume == Volume(3, .millilitre))
        let taken = await withTaskGroup(of: Bool.self) { group in
            for volume in 50..<70 {
                group.addTask {
                    (try? await desk.answer(.answer(prompt: id, answer: "\(volume) mL", person: "Ada"))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 1)
        let answered = try #require(await desk.answer(.prompt(id: id)).object)
        let volume = try Volume(parsing: answered["entered"]?["volume"]?.string ?? "")
        #expect(await engine.fluid.vessels["Reservoir6"]?.content.volume == volume)
        #expect(try await journal.fluid(of: self.model) == engine.fluid)
        #expect(try await desk.answer(.prompts(all: false, limit: 10)) == [])
        #expect(try await journal.auditEntries().map(\.act) == ["refill"])
    }

    @Test func `a bottle that was refilled unasked is asked about no more`() async throws {
        let journal = try self.folder.journal()
        let (engine, desk) = try await self.engine(journal, holding: Volume(3, .millilitre))
        try await engine.askAboutStock()
        _ = try await desk.answer(
            .correct(.refilled(node: "Reservoir6", holds: Volume(50, .millilitre)), person: "Ada"))
        #expect(try await journal.prompts().map(\.state) == [.expired])
    }

    @Test func `a device that is away for longer than a moment is asked about, and no more when it is back`()
        async throws
    {
        let journal = try self.folder.journal()
        let news = DeviceNews()
        let questions = DeviceQuestions(journal: journal, book: QuestionBook(), patience: .milliseconds(100))
        let asking = Task { await questions.run(news.changes) }
        defer { asking.cancel() }
        func until(_ states: [Prompt.State]) async throws {
            let deadline = ContinuousClock.now + .seconds(30)
            while try await journal.prompts().map(\.state) != states, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try await journal.prompts().map(\.state) == states)
        }
        news.note(.deviceState(name: "V3", state: .absent, reason: "its cable was pulled"))
        news.note(.deviceState(name: "V3", state: .identifying, reason: "it is asked who it is"))
        try await until([.asked])
        let text = try await journal.openPrompts().first?.question["text"]?.string
        #expect(text == "V3 is absent: its cable was pulled. The lab begins nothing that needs it.")
        news.note(.deviceReady(name: "V3", identity: "CETONI QmixV"))
        try await until([.expired])
        news.note(.deviceState(name: "V3", state: .absent, reason: "its cable was pulled"))
        news.note(.deviceReady(name: "V3", identity: "CETONI QmixV"))
        news.note(.deviceState(name: "V4", state: .faulted, reason: "it moves no more."))
        try await until([.asked, .expired])
    }

    @Test func `other words for the same trouble ask nobody again, and another trouble does`() async throws {
        let journal = try self.folder.journal()
        let news = DeviceNews()
        let questions = DeviceQuestions(journal: journal, book: QuestionBook(), patience: .milliseconds(100))
        let asking = Task { await questions.run(news.changes) }
        defer { asking.cancel() }
        func answerNext() async throws -> String? {
            let deadline = ContinuousClock.now + .seconds(30)
            while try await journal.openPrompts().isEmpty, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            let prompt = try #require(await journal.openPrompts().first)
            try await journal.answer(prompt.id, "seen", by: "Mona")
            return prompt.question["text"]?.string
        }
        news.note(.deviceState(name: "V3", state: .absent, reason: "no answer within 1 s"))
        #expect(try await answerNext()?.hasPrefix("V3 is absent") == true)
        news.note(.deviceState(name: "V3", state: .absent, reason: "no answer within 2 s"))
        news.note(.deviceState(name: "V3", state: .faulted, reason: "it moves no more"))
        #expect(try await answerNext()?.hasPrefix("V3 is faulted") == true)
        for word in ["again", "still"] {
            news.note(.deviceState(name: "V3", state: .absent, reason: "\(word) no answer"))
            news.note(.deviceState(name: "V3", state: .faulted, reason: "it \(word) moves no more"))
        }
        // It was well in between: what it has now is another trouble, in the same words.
        news.note(.deviceReady(name: "V3", identity: "CETONI QmixV"))
        news.note(.deviceState(name: "V3", state: .faulted, reason: "it moves no more"))
        let last = ContinuousClock.now + .seconds(30)
        while try await journal.openPrompts().isEmpty, ContinuousClock.now < last {
            try await Task.sleep(for: .milliseconds(10))
        }
        news.note(.deviceState(name: "V3", state: .absent, reason: "its cable was pulled"))
        while try await journal.prompts().count < 4, ContinuousClock.now < last {
            try await Task.sleep(for: .milliseconds(10))
        }
        // In another state it is asked about anew, and what was asked before needs no answer.
        #expect(try await journal.prompts().map(\.state) == [.asked, .expired, .answered, .answered])
    }

    @Test func `a trouble whose words change all the time is asked about all the same, in the newest words`()
        async throws
    {
        let journal = try self.folder.journal()
        let news = DeviceNews()
        let questions = DeviceQuestions(journal: journal, book: QuestionBook(), patience: .milliseconds(300))
        let asking = Task { await questions.run(news.changes) }
        defer { asking.cancel() }
        let deadline = ContinuousClock.now + .seconds(30)
        var count = 0
        while try await journal.openPrompts().isEmpty, ContinuousClock.now < deadline {
            count += 1
            news.note(.deviceState(name: "V3", state: .absent, reason: "no answer, \(count)"))
            try await Task.sleep(for: .milliseconds(20))
        }
        let text = try #require(await journal.openPrompts().first?.question["text"]?.string)
        #expect(text.hasPrefix("V3 is absent: no answer, ") && !text.contains("answer, 1."), "\(text)")
    }

    @Test func `a picture is kept by its hash, and shown as it was when it was asked`() async throws {
        let path = self.folder.path + "/sketch"
        try "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".write(toFile: path, atomically: true, encoding: .utf8)
        let book = QuestionBook(["Reservoir6": path, "vial_1": self.folder.path + "/missing"])
        let asked = Question(text: "?", choices: [], topic: "Reservoir6")
        let picture = try #require(book.complete(asked, in: self.folder.path).picture)
        #expect(picture.mediaType == "image/svg+xml" && picture.path == "pictures/\(picture.sha256).svg")
        try "<svg/>".write(toFile: path, atomically: true, encoding: .utf8)
        let kept = try String(contentsOfFile: "\(self.folder.path)/\(picture.path)", encoding: .utf8)
        #expect(kept.hasPrefix("<svg xmlns"))
        #expect(book.complete(asked, in: self.folder.path).picture != picture)
        #expect(book.complete(Question(text: "?", choices: [], topic: "vial_1"), in: self.folder.path).picture == nil)
    }

    private func engine(_ journal: Journal, holding volume: Volume) async throws -> (RunEngine, OperatorDesk) {
        let correction = StockCorrection.refilled(node: "Reservoir6", holds: volume)
        let fluid = try correction.applied(to: .asDescribed(self.model), of: self.model)
        try await journal.setStock(RunEngine.fluidKey, JSONValue(encoding: fluid))
        let laboratory = Laboratory(pumps: [:], valves: [:], relays: [:], potentiostats: [:])
        let engine = try await RunEngine(
            journal: journal, laboratory: laboratory,
            executor: StepExecutor(
                laboratory: laboratory, interlocks: Interlocks(laboratory: laboratory, router: self.model.router),
                clock: LabClock(), cellTemperature: self.model.cell.temperature,
                archive: RawArchive(directory: self.folder.path).keep),
            model: self.model, tenant: "tenant", lowStock: Volume(10, .millilitre), observe: { _ in })
        return (engine, OperatorDesk(journal: journal, engine: engine, laboratory: laboratory, model: self.model))
    }
}
