import Foundation
import GRDB
import Store
import Synchronization
import Testing

@Suite struct OutboxTests {
    @Test func `an ambiguous result is looked for before it is sent again`() async throws {
        let journal = try Scratch().journal()
        let result = journal.makeResult()
        try await journal.enqueue(result)
        try await journal.markSending([result.id])
        try await journal.markAmbiguous(result.id, reason: "time-out", status: nil, settle: .zero)
        let error = await #expect(throws: StoreError.self) { try await journal.markSending([result.id]) }
        #expect(error?.code == .illegalTransition)
        try await journal.markReady([result.id], reason: "not at the broker")
        try await journal.markSending([result.id])
        try await journal.markDelivered(result.id, brokerResultID: "b1")
        let item = try await journal.outboxItem(result.id)
        #expect(item?.state == .delivered)
        #expect(item?.attempt == 2)
        #expect(item?.brokerResultID == "b1")
    }

    @Test func `a delivered result never leaves that state`() async throws {
        #expect(OutboxState.allCases.allSatisfy { !OutboxState.delivered.canBecome($0) })
        let journal = try Scratch().journal()
        let result = journal.makeResult()
        try await journal.enqueue(result)
        try await journal.markSending([result.id])
        try await journal.markDelivered(result.id, brokerResultID: "b1")
        await #expect(throws: StoreError.self) { try await journal.retry(result.id) }
        await #expect(throws: StoreError.self) { try await journal.markQuarantined(result.id, reason: "") }
    }

    @Test func `two results of one request are never due together, and go in order`() async throws {
        let journal = try Scratch().journal()
        let first = journal.makeResult(request: "r"), second = journal.makeResult(request: "r", value: 2)
        let other = journal.makeResult(request: "s")
        try await journal.enqueue(second)
        try await journal.enqueue(first)
        try await journal.enqueue(other)
        #expect(try await journal.dueForPosting(limit: 10).map(\.id) == [first.id, other.id])
        try await journal.markSending([first.id])
        #expect(try await journal.dueForPosting(limit: 10).map(\.id) == [other.id])
        try await journal.markAmbiguous(first.id, reason: "", status: 500, settle: .seconds(60))
        #expect(try await journal.dueForPosting(limit: 10).map(\.id) == [other.id])
        #expect(try await journal.dueForReconciling(limit: 10) == [])
    }

    @Test func `posts that were under way at a crash are unclear and settle first`() async throws {
        let time = Mutex(Moment(utc: 1_790_000_000_000_000, boot: "b", monotonic: 1_000_000))
        let scratch = try Scratch()
        let journal = try Journal(in: scratch.directory(), now: { time.withLock(\.self) })
        let result = journal.makeResult()
        try await journal.enqueue(result)
        try await journal.markSending([result.id])
        #expect(try await journal.interruptSending(settle: .seconds(5)) == 1)
        #expect(try await journal.dueForReconciling(limit: 10) == [])
        #expect(try await journal.outboxWait() == .seconds(5))
        try await journal.releaseWaiting()
        #expect(try await journal.dueForReconciling(limit: 10) == [], "a settle time is not cut short")
        // The wall clock goes back ten years; the boot's clock goes on.
        time.withLock { $0 = Moment(utc: $0.utc - 315_360_000_000_000, boot: "b", monotonic: $0.monotonic + 5_000_000) }
        #expect(try await journal.dueForReconciling(limit: 10).map(\.id) == [result.id])
    }

    @Test func `waiting ends when the broker is back, and with another boot`() async throws {
        let time = Mutex(Moment(utc: 1, boot: "b", monotonic: 1_000_000))
        let journal = try Journal(in: Scratch().directory(), now: { time.withLock(\.self) })
        let result = journal.makeResult()
        try await journal.enqueue(result)
        try await journal.markSending([result.id])
        try await journal.markReady([result.id], reason: "refused", after: .seconds(60))
        #expect(try await journal.dueForPosting(limit: 1) == [])
        #expect(try await journal.outboxWait() == .seconds(60))
        try await journal.releaseWaiting()
        #expect(try await journal.dueForPosting(limit: 1).count == 1)
        try await journal.markSending([result.id])
        try await journal.markReady([result.id], reason: "refused", after: .seconds(60))
        time.withLock { $0 = Moment(utc: 1, boot: "c", monotonic: 0) }
        #expect(try await journal.dueForPosting(limit: 1).count == 1)
    }

    @Test func `the same status is counted in a row`() async throws {
        let journal = try Scratch().journal()
        let result = journal.makeResult()
        try await journal.enqueue(result)
        var counts: [Int] = []
        for status in [500, 500, 503, 500, 500, nil, 500] {
            try await journal.markSending([result.id])
            try await journal.markAmbiguous(result.id, reason: "", status: status, settle: .zero)
            counts.append(try await journal.outboxItem(result.id)?.lastStatusCount ?? -1)
            try await journal.markReady([result.id], reason: "")
        }
        #expect(counts == [1, 2, 1, 1, 2, 0, 1])
    }

    @Test func `bit rot in a payload is seen`() async throws {
        let scratch = try Scratch()
        let id: UUIDv7
        do {
            let journal = try scratch.journal()
            let result = journal.makeResult()
            id = result.id
            try await journal.enqueue(result)
            try await journal.close()
        }
        try await DatabaseQueue(path: scratch.url("journal.sqlite").path).write {
            try $0.execute(sql: "UPDATE result SET payload = replace(payload, '1.0', '7.0')")
        }
        let journal = try scratch.journal()
        #expect(try await journal.outboxItem(id)?.isIntact == false)
        #expect(try await journal.verifyOutbox().damaged == [id.description])
    }

    @Test func `an outbox of thousands is read by pages`() async throws {
        let journal = try Scratch().journal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2000 {
                group.addTask { try await journal.enqueue(journal.makeResult(request: UUID().uuidString)) }
            }
            try await group.waitForAll()
        }
        var seen: [UUIDv7] = []
        while true {
            let page = try await journal.outboxPage(limit: 333, after: seen.last, state: .ready)
            if page.isEmpty { break }
            seen += page.map(\.id)
        }
        #expect(seen.count == 2000)
        #expect(seen == seen.sorted())
        #expect(try await journal.outboxCounts().open == 2000)
    }
}
