import Foundation
import Protocols
import Store
import Testing

@testable import EdgeAgent

/// What operators can do while no agent runs.
@Suite struct OperatorDeskTests {
    let folder: StateFolder
    init() throws { self.folder = try StateFolder() }

    @Test(arguments: [[RunState.checking], [.checking, .awaitingOperator], []])
    func `a run that nobody carries on is given up, and the trail says by whom`(states: [RunState]) async throws {
        let journal = try self.folder.journal()
        let run = try await journal.makeRun()
        for state in states { try await journal.setRunState(run, state, reason: "so it came") }
        let answer = try await OperatorDesk(journal: journal).answer(.abandon(run: "\(run)", person: "tester"))
        #expect(answer["run"]?["state"] == "failed")
        #expect(answer["run"]?["reason"]?.string?.hasPrefix("abandoned by tester") == true)
        let trail = try await journal.auditEntries()
        #expect(trail.map(\.act) == ["abandon run"])
        #expect(trail.first?.person == "tester")
        #expect(try await journal.verifyAudit().isSound)
    }

    @Test(arguments: [[RunState.checking, .running], [.checking, .running, .finishing]])
    func `a run whose last step nobody has looked at is not given up: the agent looks first`(
        states: [RunState]
    ) async throws {
        let journal = try self.folder.journal()
        let run = try await journal.makeRun()
        for state in states { try await journal.setRunState(run, state, reason: "so it came") }
        let error = await #expect(throws: OperatorError.self) {
            try await OperatorDesk(journal: journal).answer(.abandon(run: "\(run)", person: "tester"))
        }
        #expect(error?.description.contains("start the agent") == true)
        #expect(try await journal.run(run)?.state == states.last)
    }

    @Test func `a run that ended is not given up`() async throws {
        let journal = try self.folder.journal()
        let run = try await journal.makeRun(.checking, .running, .failed)
        let error = await #expect(throws: OperatorError.self) {
            try await OperatorDesk(journal: journal).answer(.abandon(run: "\(run)", person: "tester"))
        }
        #expect(error?.status == .badData)
    }

    @Test func `a halt stands before a question, and leaves it there`() async throws {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        let run = try await journal.makeWaitingRun()
        try await journal.setHalt(Journal.haltReason("tester"))
        #expect(try await desk.answer(.pending)["obstacle"]?.string?.hasPrefix("halted by tester at 2") == true)
        _ = try await desk.answer(.release(person: "tester"))
        #expect(try await desk.answer(.pending)["obstacle"] == .string(Journal.adviceForWaiting(run)))
        #expect(try await journal.auditEntries().map(\.act) == ["release"])
    }

    @Test func `a question gets one answer, one of those it allows, and the trail says by whom`() async throws {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        let run = try await journal.makeWaitingRun()
        let asked = try #require(await desk.answer(.prompts(all: false, limit: 10))[0])
        #expect(asked["run"] == .string("\(run)"))
        let id = try #require(asked["id"]?.string)
        let wrong = await #expect(throws: OperatorError.self) {
            try await desk.answer(.answer(prompt: id, answer: "perhaps", person: "first"))
        }
        #expect(wrong?.description.contains("answer one of resume, abandon") == true)
        #expect(try await desk.answer(.answer(prompt: id, answer: "resume", person: "first"))["state"] == "answered")
        for again in ["resume", "abandon"] {
            let late = await #expect(throws: OperatorError.self) {
                try await desk.answer(.answer(prompt: id, answer: again, person: "second"))
            }
            #expect(late?.description.contains("was answered by first at 2") == true)
        }
        #expect(try await desk.answer(.prompts(all: false, limit: 10)) == [])
        #expect(try await desk.answer(.prompts(all: true, limit: 10))[0]?["answer"] == "resume")
        #expect(try await journal.auditEntries().map(\.person) == ["first"])
    }

    @Test func `two answers at the same time: one counts, the other is told`() async throws {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        for _ in 0..<50 {
            let run = try await journal.makeWaitingRun()
            let answered = await withTaskGroup(of: Bool.self) { group in
                for person in ["one", "two", "three"] {
                    group.addTask {
                        do {
                            _ = try await desk.answer(.resume(run: "\(run)", answer: "resume", person: person))
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered == 1)
        }
        #expect(try await journal.auditEntries(limit: 200).count == 50)
    }

    @Test func `giving up by answer frees the lab at once, and a question of a run given up needs no answer`()
        async throws
    {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        let run = try await journal.makeWaitingRun()
        _ = try await desk.answer(.resume(run: "\(run)", answer: "abandon", person: "tester"))
        #expect(try await journal.run(run)?.state == .failed)
        #expect(try await desk.answer(.pending)["obstacle"] == nil)

        let other = try await journal.makeWaitingRun()
        let prompt = try #require(await journal.newestPrompt(of: other))
        _ = try await desk.answer(.abandon(run: "\(other)", person: "tester"))
        let late = await #expect(throws: OperatorError.self) {
            try await desk.answer(.answer(prompt: "\(prompt.id)", answer: "resume", person: "late"))
        }
        #expect(late?.description.contains("needs no answer any more") == true)
    }

    @Test func `a question survives a restart with the time at which it was asked`() async throws {
        let asked = try await self.askedBeforeRestart()
        let prompts = try await OperatorDesk(journal: self.folder.journal()).answer(.prompts(all: false, limit: 10))
        #expect(prompts.array?.count == 1)
        #expect(prompts[0] == asked)
    }

    @Test func `only a result that was set aside is sent again`() async throws {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        let result = try await journal.makeResult()
        await #expect(throws: OperatorError.self) {
            try await desk.answer(.retry(result: "\(result.id)", person: "tester"))
        }
        try await journal.markQuarantined(result.id, reason: "the broker said no")
        #expect(try await desk.answer(.outbox(state: "quarantined", after: nil, limit: 10)).array?.count == 1)
        let entry = try await desk.answer(.retry(result: "\(result.id)", person: "tester"))
        #expect(entry["state"] == "ready")
        #expect(entry["reason"] == "retried by tester")
        #expect(try await journal.auditEntries().map(\.act) == ["retry result"])
    }

    @Test func `what is exported is what is posted, byte by byte`() async throws {
        let journal = try self.folder.journal()
        let result = try await journal.makeResult()
        let payload = try await OperatorDesk(journal: journal).answer(.payload(result: "\(result.id)"))
        #expect(payload == .string(result.payload.text()))
    }

    @Test func `looking at a journal does not hide that its agent ended badly`() async throws {
        // The journal of an agent that is killed is never closed.
        _ = try await self.folder.journal().makeRun(.checking, .running)
        #expect(try await self.lookedAt().map(\.state) == ["running"])
        try await self.reopened { #expect(!$0.hadCleanShutdown) }
        try await self.reopened { #expect($0.hadCleanShutdown) }
    }

    @Test func `devices and halts need an agent or a description`() async throws {
        let desk = OperatorDesk(journal: try self.folder.journal())
        let error = await #expect(throws: OperatorError.self) { try await desk.answer(.devices) }
        #expect(error?.status == .unavailable)
    }

    /// The question of a run whose journal was closed since.
    private func askedBeforeRestart() async throws -> JSONValue {
        let journal = try self.folder.journal()
        _ = try await journal.makeWaitingRun()
        let asked = try #require(await OperatorDesk(journal: journal).answer(.prompts(all: false, limit: 10))[0])
        try await journal.close()
        return asked
    }

    /// As `edge-agent runs` does.
    private func lookedAt() async throws -> [RunSummary] {
        let access = try await AgentAccess(stateDirectory: self.folder.path)
        #expect(!access.isRunning)
        let runs: [RunSummary] = try await access.ask(.runs(limit: 10))
        try await access.close()
        return runs
    }

    /// Closes it properly afterwards.
    private func reopened(_ look: (Journal) -> Void) async throws {
        let journal = try self.folder.journal()
        look(journal)
        try await journal.close()
    }
}
