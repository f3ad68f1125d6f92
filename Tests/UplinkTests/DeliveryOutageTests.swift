import Foundation
import Protocols
import Site
import Store
import Synchronization
import Testing
import Uplink

/// Brokers that are away, busy, slow or wrong, and results that must not be posted.
@Suite struct DeliveryOutageTests {
    @Test func `when the broker is back the first post comes within a second, however long the back-off had grown`()
        async throws
    {
        try await UplinkBench.run { bench in
            let journal = try bench.journal()
            for _ in 0..<5 { try await bench.enqueue(journal) }
            let address = try #require(BrokerAddress(parsing: "http://127.0.0.1:\(try await UnusedPort.find())"))
            // The client's port has nobody behind it; a second proxy takes it later.
            let client = FinalesClient(
                address: address, credentials: bench.client.credentials, logger: UplinkBench.quiet)
            let delivery = Delivery(
                journal: journal, client: client,
                policy: DeliveryPolicy(settle: UplinkBench.settle, firstWait: .seconds(30), probe: .milliseconds(100)),
                logger: UplinkBench.quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await delivery.run() }
                while await delivery.status.isReachable != false { try await Task.sleep(for: .milliseconds(5)) }
                try await Task.sleep(for: .milliseconds(250))
                #expect(try await journal.outboxCounts()[.delivered] == 0)
                let proxy = try await FaultyProxy(port: address.port)
                proxy.aim(at: bench.proxy.port)
                let back = ContinuousClock.now
                group.addTask { try? await proxy.run() }
                while try await journal.outboxCounts()[.delivered] == 0, ContinuousClock.now - back < .seconds(10) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(ContinuousClock.now - back < .seconds(1))
                while try await journal.outboxCounts()[.delivered] < 5, ContinuousClock.now - back < .seconds(10) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(try await journal.outboxCounts()[.delivered] == 5)
                group.cancelAll()
                try await group.waitForAll()
            }
            await client.close()
        }
    }

    @Test func `a broker that asks for a pause gets it, and nothing is looked up`() async throws {
        let first = Mutex<ContinuousClock.Instant?>(nil)
        let second = Mutex<ContinuousClock.Instant?>(nil)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/") else { return .none }
            if first.withLock({ time in
                defer { time = time ?? .now }; return time == nil
            }) {
                return .answer(.http("429 Too Many Requests", header: "retry-after: 1\r\n", body: "{}"))
            }
            second.withLock { $0 = $0 ?? .now }
            return .none
        }) { bench in
            let journal = try bench.journal()
            try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[.delivered] == 1 }
            #expect(!bench.proxy.seen.contains { $0.line.hasPrefix("GET /results_requested/") })
        }
        let start = first.withLock { $0 }
        let again = second.withLock { $0 }
        #expect(try #require(again) - #require(start) >= .seconds(1))
    }

    @Test func `a result that does not fit the output schema never leaves`() async throws {
        try await UplinkBench.run { bench in
            let journal = try bench.journal()
            let bad = try await bench.enqueue(journal, value: "not a number")
            let good = try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0.open == 0 }
            let item = try #require(try await journal.outboxItem(bad.id))
            #expect(item.state == .quarantined)
            #expect(item.reason.contains("/data/value"))
            #expect(item.attempt == 0)
            #expect(try await journal.outboxItem(good.id)?.state == .delivered)
            #expect(bench.proxy.seen.count { $0.line.hasPrefix("POST /results/") } == 1)
        }
    }

    @Test func `a schema that the broker has changed since is fetched before a result is set aside`() async throws {
        try await UplinkBench.run { bench in
            let journal = try bench.journal()
            try await journal.keep([
                StoredCapability(
                    quantity: "conductivity", method: "two_electrode", inputSchema: [:],
                    outputSchema: ["type": "object", "required": ["something_else"]])
            ])
            try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[.delivered] == 1 }
        }
    }

    @Test func `one key with two bodies is a conflict at a broker that knows keys`() async throws {
        try await UplinkBench.run { bench in
            bench.proxy.keepKeys()
            let journal = try bench.journal()
            let result = try await bench.enqueue(journal)
            _ = try await bench.client.postResult(
                UplinkBench.result(result.requestID, value: 9), idempotencyKey: result.id.description)
            try await bench.deliver(journal) { $0.open == 0 }
            #expect(try await journal.outboxItem(result.id)?.state == .conflict)
        }
    }

    @Test func `one broken result holds up no other`() async throws {
        let poisoned = Mutex("")
        try await UplinkBench.run(
            limits: .init(total: .milliseconds(500)),
            fault: { seen in
                guard seen.line.hasPrefix("POST /results/") else { return .none }
                return seen.body.contains(poisoned.withLock(\.self))
                    ? .answer(.http("500 Internal Server Error", type: "text/plain", body: "Internal Server Error"))
                    : .none
            }
        ) { bench in
            let journal = try bench.journal()
            let request = try await bench.postRequest()
            poisoned.withLock { $0 = request }
            try await bench.enqueue(journal, request: request)
            for _ in 0..<20 { try await bench.enqueue(journal) }
            let start = ContinuousClock.now
            try await bench.deliver(journal) { $0[.delivered] == 20 }
            #expect(ContinuousClock.now - start < .seconds(5))
            try await bench.deliver(journal) { $0.open == 0 }
            #expect(try await journal.outboxCounts()[.quarantined] == 1)
        }
    }

    @Test func `a hanging broker does not hold up the end of the agent`() async throws {
        try await UplinkBench.run(
            limits: .init(total: .seconds(60)),
            fault: {
                $0.line.hasPrefix("POST /results/") ? .hang : .none
            }
        ) { bench in
            let journal = try bench.journal()
            for _ in 0..<10 { try await bench.enqueue(journal) }
            let delivery = bench.delivery(journal)
            let work = Task { try await delivery.run() }
            while bench.proxy.seen.count(where: { $0.line.hasPrefix("POST /results/") }) < 4 {
                try await Task.sleep(for: .milliseconds(5))
            }
            let start = ContinuousClock.now
            work.cancel()
            _ = await work.result
            #expect(ContinuousClock.now - start < .seconds(2))
            let counts = try await journal.outboxCounts()
            #expect(counts[.ambiguous] + counts[.ready] == 10)
            #expect(counts[.sending] == 0)
        }
    }

    @Test func `two results of one request go one after the other, the second only when the first is clear`()
        async throws
    {
        try await UplinkBench.run { bench in
            let journal = try bench.journal()
            let request = try await bench.postRequest()
            for value in 0..<6 { try await bench.enqueue(journal, request: request, value: .integer(Int64(value))) }
            try await bench.deliver(journal) { $0[.delivered] == 6 }
            #expect(bench.proxy.mostPosts == 1)
            let values = try await bench.client.results().map { $0.result.data["value"]?.integer }
            #expect(values == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test func `an account that is locked out loses nothing`() async throws {
        let isLocked = Mutex(true)
        try await UplinkBench.run(fault: { seen in
            seen.line.hasPrefix("POST /results/") && isLocked.withLock(\.self)
                ? .answer(.http("401 Unauthorized", body: #"{"detail":"Not authenticated"}"#)) : .none
        }) { bench in
            let journal = try bench.journal()
            for _ in 0..<3 { try await bench.enqueue(journal) }
            let delivery = bench.delivery(journal)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await delivery.run() }
                while await delivery.status.trouble?.code != .unauthorized {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(try await journal.outboxCounts().open == 3)
                isLocked.withLock { $0 = false }
                while try await journal.outboxCounts()[.delivered] < 3 { try await Task.sleep(for: .milliseconds(5)) }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
