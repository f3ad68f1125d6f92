import Foundation
import GRDB
import Protocols
import Store
import Testing

@Suite struct JournalTests {
    @Test func `of two answers to one prompt the first counts`() async throws {
        let scratch = try Scratch()
        let prompt: UUIDv7
        let asked: Moment
        do {
            let journal = try scratch.journal()
            prompt = try await journal.ask(["text": "Is the vial in place?"], due: .seconds(3600))
            asked = try #require(try await journal.prompt(prompt)).asked
        }
        let journal = try scratch.journal()
        #expect(try await journal.openPrompts().map(\.asked) == [asked])
        let answers = await withTaskGroup(of: Bool.self) { group in
            for person in ["tester", "bob", "eve"] {
                group.addTask { (try? await journal.answer(prompt, "yes", by: person)) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 1)
        await #expect(throws: StoreError.self) { try await journal.expire(prompt) }
        #expect(try await journal.openPrompts() == [])
        #expect(try await journal.prompt(prompt)?.answer == "yes")
    }

    @Test func `about one thing one question waits, whoever asks`() async throws {
        let scratch = try Scratch()
        let journal = try scratch.journal()
        for round in 1...20 {
            let ids = try await withThrowingTaskGroup(of: UUIDv7.self) { group in
                for asker in 0..<4 {
                    group.addTask { try await journal.ask(["text": .integer(Int64(asker))], about: "stock Reservoir6") }
                }
                return try await group.reduce(into: Set<UUIDv7>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await journal.prompts().count == round)
            let id = try #require(ids.first)
            if round.isMultiple(of: 2) {
                let answered = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<3 {
                        group.addTask {
                            (try? await journal.setStock(
                                [StockChange(key: "r", value: 5)], by: "tester", act: "refill", detail: [:],
                                answering: (id, "refilled"))) != nil
                        }
                    }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(answered == 1)
            } else {
                try await journal.expire(about: "stock Reservoir6")
                try await journal.expire(about: "stock Reservoir6")
            }
            #expect(try await journal.prompt(about: "stock Reservoir6")?.id == id)
        }
        #expect(try await journal.stock("r")?.revision == 10, "each answer changed the stock once")
        #expect(try await journal.prompt(about: "nothing") == nil)
    }

    @Test func `what a run has asked needs no answer when the run has ended`() async throws {
        let scratch = try Scratch()
        let journal = try scratch.journal()
        let run = try await journal.createRun(request: [:], requestID: "r", quantity: "q", method: "m")
        let prompt = try await journal.ask(["text": "?"], run: run, about: "step \(run) 1")
        try await journal.setRunState(run, .checking)
        #expect(try await journal.prompt(prompt)?.state == .asked)
        try await journal.setRunState(run, .stopped)
        #expect(try await journal.prompt(prompt)?.state == .expired)
        for count in [2, 1] { try await journal.noteNotices(of: prompt, count: count) }
        #expect(try await journal.prompt(prompt)?.notices == 2)
    }

    @Test func `an expired prompt takes no answer`() async throws {
        let journal = try Scratch().journal()
        let prompt = try await journal.ask(["text": "?"])
        try await journal.expire(prompt)
        let error = await #expect(throws: StoreError.self) { try await journal.answer(prompt, true, by: "tester") }
        #expect(error?.code == .illegalTransition)
    }

    @Test func `a changed audit entry breaks the chain at its place`() async throws {
        let scratch = try Scratch()
        do {
            let journal = try scratch.journal()
            for index in 0..<50 {
                try await journal.appendAudit(
                    person: "tester", act: "answer prompt", detail: ["n": .integer(Int64(index))])
            }
            let verification = try await journal.verifyAudit()
            #expect(verification.isSound)
            #expect(verification.entries == 50)
            try await journal.close()
        }
        try await DatabaseQueue(path: scratch.url("journal.sqlite").path).write { database in
            #expect(throws: DatabaseError.self) { try database.execute(sql: "DELETE FROM audit") }
            #expect(throws: DatabaseError.self) { try database.execute(sql: "UPDATE audit SET person = 'bob'") }
            try database.execute(sql: "DROP TRIGGER audit_is_not_changed")
            try database.execute(sql: "UPDATE audit SET person = 'bob' WHERE sequence = 20")
        }
        let verification = try await scratch.journal().verifyAudit()
        #expect(verification.brokenAt == 20)
    }

    @Test func `a lease has one owner until it ends`() async throws {
        let journal = try Scratch().journal()
        try await journal.takeLeases(["arm", "zone"], owner: "run-1", purpose: "assembly", for: .seconds(60))
        let error = await #expect(throws: StoreError.self) {
            try await journal.takeLeases(["pump", "zone"], owner: "run-2", purpose: "rinse", for: .seconds(60))
        }
        #expect(error?.code == .heldByAnother)
        #expect(error?.detail.contains("run-1") == true)
        #expect(try await journal.leases().map(\.resource) == ["arm", "zone"], "all or none")
        try await journal.takeLeases(["zone"], owner: "run-1", purpose: "assembly", for: .zero)
        try await journal.takeLeases(["zone"], owner: "run-2", purpose: "rinse", for: .seconds(60))
        try await journal.releaseLeases(["arm", "zone"], owner: "run-1")
        #expect(try await journal.leases().map(\.owner) == ["run-2"])
        try await journal.breakLease("zone", by: "tester", reason: "the run hangs")
        #expect(try await journal.leases() == [])
        #expect(try await journal.auditEntries().map(\.act) == ["break lease"])
    }

    @Test func `stock that somebody else changed is not overwritten`() async throws {
        let journal = try Scratch().journal()
        #expect(try await journal.setStock("A0", ["mL": 10], expectedRevision: 0) == 1)
        #expect(try await journal.setStock("A0", ["mL": 9], expectedRevision: 1) == 2)
        let error = await #expect(throws: StoreError.self) {
            try await journal.setStock("A0", ["mL": 8], expectedRevision: 1)
        }
        #expect(error?.code == .staleRevision)
        #expect(try await journal.allStock().map(\.value) == [["mL": 9]])
    }

    @Test func `the time of the first refusal of a request stays`() async throws {
        let journal = try Scratch().journal()
        try await journal.refuse(requestID: "r", quantity: "q", method: "m", reason: "no vial free")
        let since = try await journal.refusedRequests().map(\.since)
        try await journal.refuse(requestID: "r", quantity: "q", method: "m", reason: "A0 is empty")
        let requests = try await journal.refusedRequests()
        #expect(requests.map(\.since) == since)
        #expect(requests.map(\.reason) == ["A0 is empty"])
        try await journal.forgetRefusal(of: "r")
        #expect(try await journal.refusedRequests() == [])
    }

    @Test func `capabilities that the broker no longer names are kept`() async throws {
        let journal = try Scratch().journal()
        let density = StoredCapability(
            quantity: "density", method: "vibrating_tube_densimetry", inputSchema: ["type": "object"], outputSchema: [:]
        )
        try await journal.keep([density])
        try await journal.keep([])
        #expect(try await journal.capability(quantity: "density", method: "vibrating_tube_densimetry") == density)
        #expect(try await journal.capability(quantity: "density", method: "flow") == nil)
    }

    @Test func `a moment is written as people read it`() {
        #expect(Moment(utc: 0, boot: "", monotonic: 0).text == "1970-01-01T00:00:00.000000Z")
        #expect(Moment(utc: -1, boot: "", monotonic: 0).text == "1969-12-31T23:59:59.999999Z")
        #expect(Moment(utc: 1_794_700_800_000_001, boot: "", monotonic: 0).text == "2026-11-15T00:00:00.000001Z")
    }
}
