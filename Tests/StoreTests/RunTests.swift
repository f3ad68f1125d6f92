import Protocols
import Store
import Testing

@Suite struct RunTests {
    @Test func `a request has one unfinished run at a time`() async throws {
        let journal = try Scratch().journal()
        let first = try await journal.makeRun()
        let error = await #expect(throws: StoreError.self) { try await journal.makeRun() }
        #expect(error?.code == .duplicate)
        try await journal.setRunState(first, .stopped)
        _ = try await journal.makeRun()
    }

    @Test func `no run moves along an arrow that is not there`() async throws {
        let journal = try Scratch().journal()
        for state in RunState.allCases where !RunState.queued.canBecome(state) {
            let run = try await journal.makeRun(request: "request-\(state.rawValue)")
            let error = await #expect(throws: StoreError.self) { try await journal.setRunState(run, state) }
            #expect(error?.code == .illegalTransition)
            #expect(try await journal.run(run)?.state == .queued)
        }
        for state in RunState.allCases where state.isFinal {
            #expect(RunState.allCases.allSatisfy { !state.canBecome($0) })
        }
    }

    @Test func `result, outbox, raw files, stock and state are one transaction`() async throws {
        let journal = try Scratch().journal()
        let run = try await journal.makeRun()
        try await journal.setRunState(run, .checking)
        try await journal.setRunState(run, .running)
        try await journal.setStock("A0", ["mL": 10])
        let result = journal.makeResult()
        let file = RawFile(path: "raw/\(run)/eis.csv", sha256: "00", size: 12)
        // The stock has moved on, so nothing of it may become true.
        await #expect(throws: StoreError.self) {
            try await journal.finishRun(
                run, with: result, rawFiles: [file],
                stock: [StockChange(key: "A0", value: ["mL": 9], expectedRevision: 7)])
        }
        #expect(try await journal.run(run)?.state == .running)
        #expect(try await journal.outboxItem(result.id) == nil)
        #expect(try await journal.rawFiles(of: run) == [])

        try await journal.finishRun(
            run, with: result, rawFiles: [file], stock: [StockChange(key: "A0", value: ["mL": 9], expectedRevision: 1)])
        #expect(try await journal.run(run)?.state == .succeeded)
        #expect(try await journal.outboxItem(result.id)?.state == .ready)
        #expect(try await journal.rawFiles(of: run) == [file])
        #expect(try await journal.stock("A0")?.value == ["mL": 9])
        #expect(try await journal.unfinishedRuns() == [])
        await #expect(throws: StoreError.self) { try await journal.finishRun(run, with: journal.makeResult()) }
    }

    @Test func `a repeatable step may be begun again, one that dosed may not`() async throws {
        let journal = try Scratch().journal()
        let run = try await journal.makeRun()
        try await journal.beginStep(0, of: run, kind: "read", description: ["what": "T"], isRepeatable: true)
        try await journal.markSent(step: 0, of: run)
        try await journal.beginStep(0, of: run, kind: "read", description: ["what": "T"], isRepeatable: true)
        try await journal.finishStep(0, of: run, .done, outcome: ["kelvin": 298.15])

        try await journal.beginStep(1, of: run, kind: "dose", description: ["mL": 1], isRepeatable: false)
        try await journal.markSent(step: 1, of: run)
        let error = await #expect(throws: StoreError.self) {
            try await journal.beginStep(1, of: run, kind: "dose", description: ["mL": 1], isRepeatable: false)
        }
        #expect(error?.code == .illegalTransition)
        try await journal.finishStep(1, of: run, .unknown)
        try await journal.finishStep(1, of: run, .refused, outcome: ["by": "operator"])
        try await journal.beginStep(1, of: run, kind: "dose", description: ["mL": 1], isRepeatable: false)

        let steps = try await journal.steps(of: run)
        #expect(steps.map(\.state) == [.done, .intent])
        #expect(steps.map(\.attempt) == [2, 2])
        #expect(steps[0].outcome == ["kelvin": 298.15])
    }

    @Test func `a step that is done stays done`() async throws {
        let journal = try Scratch().journal()
        let run = try await journal.makeRun()
        try await journal.beginStep(0, of: run, kind: "read", description: [:], isRepeatable: true)
        try await journal.finishStep(0, of: run, .done)
        for state in StepState.allCases {
            await #expect(throws: StoreError.self) { try await journal.finishStep(0, of: run, state) }
        }
        await #expect(throws: StoreError.self) {
            try await journal.beginStep(0, of: run, kind: "read", description: [:], isRepeatable: true)
        }
    }

    @Test func `steps of a run that does not exist are refused`() async throws {
        let journal = try Scratch().journal()
        let error = await #expect(throws: StoreError.self) {
            try await journal.beginStep(
                0, of: journal.ids.make(), kind: "read", description: [:], isRepeatable: true)
        }
        #expect(error?.code == .notFound)
    }
}
