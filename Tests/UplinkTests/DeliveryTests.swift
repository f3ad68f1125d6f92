import Foundation
import NIOHTTP1
import Protocols
import Site
import Store
import Synchronization
import Testing
import Trials

@testable import Uplink

/// What the broker holds afterwards decides: nothing lost, nothing twice, whatever lay between.
@Suite struct DeliveryTests {
    @Test func `a result reaches the broker once and is known by the broker's id`() async throws {
        try await UplinkBench.run { bench in
            let journal = try bench.journal()
            let result = try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[.delivered] == 1 }
            let held = try await bench.client.results(quantity: "conductivity")
            #expect(held.map(\.result.requestUUID) == [result.requestID])
            #expect(try await journal.outboxItem(result.id)?.brokerResultID == held.first?.uuid)
        }
    }

    @Test func `a broker that stores and then drops the line gets nothing twice`() async throws {
        let posts = Mutex(0)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/") else { return .none }
            return posts.withLock {
                $0 += 1; return $0 % 2 == 1
            } ? .dropAfter : .none
        }) { bench in
            let journal = try bench.journal()
            for _ in 0..<8 { try await bench.enqueue(journal) }
            try await bench.deliver(journal) { $0[.delivered] == 8 }
            try await Self.expectOnce(bench, count: 8)
            #expect(bench.proxy.seen.contains { $0.line.hasPrefix("GET /results_requested/") })
        }
    }

    @Test func `a request that never arrived is posted again`() async throws {
        let posts = Mutex(0)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/") else { return .none }
            return posts.withLock {
                $0 += 1; return $0 <= 2
            } ? .dropBefore : .none
        }) { bench in
            let journal = try bench.journal()
            try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[.delivered] == 1 }
            try await Self.expectOnce(bench, count: 1)
        }
    }

    @Test func `a web page in place of an answer is not taken for delivery`() async throws {
        let posts = Mutex(0)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/"),
                posts.withLock({
                    $0 += 1; return $0 == 1
                })
            else { return .none }
            return .answer(.http("200 OK", type: "text/html", body: "<html>log in</html>"))
        }) { bench in
            let journal = try bench.journal()
            try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[.delivered] == 1 }
            try await Self.expectOnce(bench, count: 1)
        }
    }

    @Test func `a clear refusal is set aside with the broker's words and kept`() async throws {
        try await UplinkBench.run(fault: { seen in
            seen.line.hasPrefix("POST /results/")
                ? .answer(.http("400 Bad Request", body: #"{"detail":"Submitted result has no request"}"#)) : .none
        }) { bench in
            let journal = try bench.journal()
            let result = try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[.quarantined] == 1 }
            let item = try #require(try await journal.outboxItem(result.id))
            #expect(item.reason.contains("Submitted result has no request"))
            #expect(item.isIntact)
            try await journal.retry(result.id)
            #expect(try await journal.outboxCounts()[.ready] == 1)
        }
    }

    @Test func `the same internal error three times, with nothing found each time, sets the result aside`() async throws
    {
        try await UplinkBench.run(fault: { seen in
            seen.line.hasPrefix("POST /results/")
                ? .answer(.http("500 Internal Server Error", type: "text/plain", body: "Internal Server Error")) : .none
        }) { bench in
            let journal = try bench.journal()
            try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[.quarantined] == 1 }
            let posts = bench.proxy.seen.count { $0.line.hasPrefix("POST /results/") }
            #expect(posts == 3)
        }
    }

    @Test func `somebody else's result for the request is a conflict for an operator`() async throws {
        let posts = Mutex(0)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/") else { return .none }
            return posts.withLock {
                $0 += 1; return $0 == 2
            } ? .dropBefore : .none
        }) { bench in
            let journal = try bench.journal()
            let request = try await bench.postRequest()
            _ = try await bench.client.postResult(
                UplinkBench.result(request, value: 9.75), idempotencyKey: "another tenant")
            try await bench.enqueue(journal, request: request)
            try await bench.deliver(journal) { $0[.conflict] == 1 }
            #expect(try await bench.client.results(quantity: "conductivity").count == 1)
        }
    }

    @Test func `a deleted result does not count as delivered`() async throws {
        let posts = Mutex(0)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/ ") else { return .none }
            return posts.withLock {
                $0 += 1; return $0 == 2
            } ? .dropBefore : .none
        }) { bench in
            let journal = try bench.journal()
            let request = try await bench.postRequest()
            let old = try await bench.client.postResult(
                UplinkBench.result(request, value: 9.75), idempotencyKey: "withdrawn")
            _ = try await bench.client.call(
                "withdraw", .POST, "/results/\(old)/update_status/",
                query: [("result_id", old), ("new_status", "deleted")])
            try await bench.enqueue(journal, request: request)
            try await bench.deliver(journal) { $0[.delivered] == 1 }
            let held = try await bench.client.results(quantity: "conductivity")
            #expect(held.count { $0.status != .deleted } == 1)
        }
    }

    @Test(arguments: [7, 1234, 987_654] as [UInt64])
    func `nothing is lost and nothing is twice under random faults and crashes`(seed: UInt64) async throws {
        print("seed \(seed)")
        let dice = Mutex(SeededGenerator(seed: seed))
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/") || seen.line.hasPrefix("GET /results_requested/") else {
                return .none
            }
            switch dice.withLock({ Int.random(in: 0..<10, using: &$0) }) {
            case 0: return .dropBefore
            case 1: return .dropAfter
            case 2: return .answerAfter(.http("502 Bad Gateway", type: "text/html", body: "<html>gateway</html>"))
            case 3: return .answer(.http("503 Service Unavailable", body: "{}"))
            default: return .none
            }
        }) { bench in
            let count = 24
            for round in 0..<3 {
                // Each round is an agent that ends in the middle of its work; the next one opens the same state.
                let journal = try bench.journal()
                for _ in 0..<(count / 3) { try await bench.enqueue(journal) }
                let delivery = bench.delivery(journal)
                let work = Task { try await delivery.run() }
                let done = dice.withLock { Int.random(in: 0..<4, using: &$0) } + round * 4
                let deadline = ContinuousClock.now + .seconds(10)
                while try await journal.outboxCounts()[.delivered] < done, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(5))
                }
                work.cancel()
                _ = await work.result
                while bench.proxy.underWay > 0 { try await Task.sleep(for: .milliseconds(5)) }
                try await journal.close()
            }
            let journal = try bench.journal()
            try await bench.deliver(journal, limit: .seconds(60)) { $0[.delivered] == count }
            try await Self.expectOnce(bench, count: count)
            #expect(bench.proxy.mostPosts <= 4)
        }
    }

    private static func expectOnce(_ bench: UplinkBench, count: Int) async throws {
        var held: [String: Int] = [:]
        for _ in 0..<50 {
            guard let results = try? await bench.client.results(quantity: "conductivity") else { continue }
            held = Dictionary(grouping: results, by: \.result.requestUUID).mapValues(\.count)
            break
        }
        #expect(held.count == count, "lost \(count - held.count)")
        #expect(held.values.allSatisfy { $0 == 1 }, "twice: \(held.filter { $0.value > 1 })")
    }
}
