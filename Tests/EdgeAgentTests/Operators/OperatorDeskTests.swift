import Foundation
import Protocols
import Store
import Testing

@testable import EdgeAgent

/// What operators can do while no agent runs.
@Suite struct OperatorDeskTests {
    let folder: StateFolder
    init() throws { self.folder = try StateFolder() }

    @Test(arguments: [
        [RunState.checking, .running], [.checking, .running, .outcomeUnknown], [.checking, .running, .finishing], [],
    ])
    func `a run that nobody carries on is given up, and the trail says by whom`(states: [RunState]) async throws {
        let journal = try self.folder.journal()
        let run = try await journal.makeRun()
        for state in states { try await journal.setRunState(run, state, reason: "so it came") }
        let answer = try await OperatorDesk(journal: journal).answer(.abandon(run: "\(run)", person: "tester"))
        #expect(answer["run"]?["state"] == "stopped")
        #expect(answer["run"]?["reason"]?.string?.hasPrefix("abandoned by tester") == true)
        let trail = try await journal.auditEntries()
        #expect(trail.map(\.act) == ["abandon run"])
        #expect(trail.first?.person == "tester")
        #expect(try await journal.verifyAudit().isSound)
    }

    @Test func `a run that ended is not given up, unless it left the lab in doubt`() async throws {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        let run = try await journal.makeRun(.checking, .running, .failed)
        let error = await #expect(throws: OperatorError.self) {
            try await desk.answer(.abandon(run: "\(run)", person: "tester"))
        }
        #expect(error?.status == .badData)
        try await journal.setHindrance(.doubt, "run \(run) failed: a pump is blocked")
        #expect(try await desk.answer(.pending)["obstacle"]?.string?.contains("blocked") == true)
        #expect(try await desk.answer(.abandon(run: "\(run)", person: "tester"))["run"]?["state"] == "failed")
        #expect(try await desk.answer(.pending)["obstacle"] == nil)
    }

    @Test func `a halt stands before a doubt, and leaves it there`() async throws {
        let journal = try self.folder.journal()
        let desk = OperatorDesk(journal: journal)
        try await journal.setHindrance(.doubt, "the lab was not cleaned")
        try await journal.setHindrance(.halted, Journal.haltReason("tester"))
        #expect(try await desk.answer(.pending)["obstacle"]?.string?.hasPrefix("halted by tester at 2") == true)
        _ = try await desk.answer(.release(person: "Grace"))
        #expect(try await desk.answer(.pending)["obstacle"] == "the lab was not cleaned")
        #expect(try await journal.auditEntries().map(\.act) == ["release"])
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
