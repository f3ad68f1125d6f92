import Broker
import Foundation
import Protocols
import Site
import Store
import Synchronization
import Testing
import Trials
import Uplink

/// R06–R08: what becomes of a result after each kind of answer.
@Suite(.serialized) struct DeliveryAnswerTests {
    struct Policy: Sendable, CustomTestStringConvertible {
        let status: String
        var header = ""
        let becomes: OutboxState
        /// Posts until then.
        var posts = 2
        /// Whether the broker is asked what it has before anything is posted again.
        var isLookedUp = false
        var testDescription: String { self.status }
    }

    @Test(arguments: [
        Policy(status: "400 Bad Request", becomes: .quarantined, posts: 1),
        Policy(status: "401 Unauthorized", becomes: .delivered),
        Policy(status: "403 Forbidden", becomes: .delivered),
        Policy(status: "404 Not Found", becomes: .delivered),
        Policy(status: "405 Method Not Allowed", becomes: .delivered),
        Policy(status: "408 Request Timeout", becomes: .delivered, isLookedUp: true),
        Policy(status: "409 Conflict", becomes: .conflict, posts: 1),
        Policy(status: "410 Gone", becomes: .delivered),
        Policy(status: "413 Content Too Large", becomes: .quarantined, posts: 1),
        Policy(status: "422 Unprocessable Content", becomes: .quarantined, posts: 1),
        Policy(status: "429 Too Many Requests", header: "retry-after: 0\r\n", becomes: .delivered),
        Policy(status: "500 Internal Server Error", becomes: .delivered, isLookedUp: true),
        Policy(status: "502 Bad Gateway", becomes: .delivered, isLookedUp: true),
        Policy(status: "503 Service Unavailable", becomes: .delivered, isLookedUp: true),
        Policy(status: "504 Gateway Timeout", becomes: .delivered, isLookedUp: true),
        Policy(status: "307 Temporary Redirect", header: "location: http://elsewhere/\r\n", becomes: .delivered),
    ])
    func `each status has its consequence`(policy: Policy) async throws {
        let isFirst = Mutex(true)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/"),
                isFirst.withLock({ first in
                    defer { first = false }
                    return first
                })
            else { return .none }
            return .answer(.http(policy.status, header: policy.header, body: #"{"detail":"no"}"#))
        }) { bench in
            let journal = try bench.journal()
            let result = try await bench.enqueue(journal)
            try await bench.deliver(journal) { $0[policy.becomes] == 1 }
            let item = try #require(try await journal.outboxItem(result.id))
            #expect(item.state == policy.becomes, "\(item.reason)")
            #expect(bench.proxy.seen.count { $0.line.hasPrefix("POST /results/") } == policy.posts)
            let lookUps = bench.proxy.seen.count { $0.line.hasPrefix("GET /results_requested/") }
            #expect((lookUps > 0) == policy.isLookedUp)
            let held = try await bench.broker.resultCounts()
            #expect(held.values.reduce(0, +) == (policy.becomes == .delivered ? 1 : 0))
        }
    }

    @Test(arguments: Trials.seeds("R07", 2, soak: 20))
    func `under a storm of statuses every result arrives once, and each rejected token costs one login`(seed: UInt64)
        async throws
    {
        let dice = Mutex(SeededGenerator(seed: seed))
        let rejected = Mutex(0)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("POST /results/") else { return .none }
            let status: String
            switch dice.withLock({ Int.random(in: 0..<18, using: &$0) }) {
            case 0:
                rejected.withLock { $0 += 1 }
                status = "401 Unauthorized"
            case 1: status = "403 Forbidden"
            case 2: status = "404 Not Found"
            case 3: status = "429 Too Many Requests"
            case 4: return .answerAfter(.http("500 Internal Server Error", body: "{}"))
            case 5: return .answerAfter(.http("502 Bad Gateway", body: "{}"))
            case 6: status = "503 Service Unavailable"
            case 7: return .answerAfter(.http("200 OK", body: "7"))
            default: return .none
            }
            return .answer(.http(status, body: #"{"detail":"no"}"#))
        }) { bench in
            let journal = try bench.journal()
            let policy = DeliveryPolicy(
                settle: .milliseconds(20), firstWait: .milliseconds(2), longestWait: .milliseconds(10),
                probe: .milliseconds(20), sameErrors: 1000)
            for _ in 0..<50 { try await bench.enqueue(journal) }
            try await bench.deliver(journal, policy: policy, limit: .seconds(60)) { $0[.delivered] == 50 }
            let held = try await bench.broker.resultCounts()
            #expect(held.count == 50 && held.values.allSatisfy { $0 == 1 }, "seed \(seed)")
            // The asker of the bench logs in, too.
            let logins = bench.proxy.seen.count { $0.line.contains("/user_management/authenticate") }
            #expect(logins <= 2 + rejected.withLock(\.self), "seed \(seed)")
        }
    }

    @Test func `a broker that answers a byte at a time holds up one result, not the others`() async throws {
        let slow = Mutex("")
        try await UplinkBench.run(
            limits: .init(total: .seconds(1)),
            fault: { seen in
                seen.line.hasPrefix("POST /results/") && seen.body.contains(slow.withLock(\.self))
                    ? .drip(.milliseconds(100)) : .none
            }
        ) { bench in
            let journal = try bench.journal()
            let request = try await bench.postRequest()
            slow.withLock { $0 = request }
            try await bench.enqueue(journal, request: request)
            for _ in 0..<19 { try await bench.enqueue(journal) }
            try await bench.deliver(journal) { $0[.delivered] >= 19 }
            // The broker had stored it before it began to answer: found by its mark, not posted again.
            try await bench.deliver(journal) { $0[.delivered] == 20 }
            #expect(bench.proxy.seen.count { $0.line.hasPrefix("POST /results/") && $0.body.contains(request) } == 1)
        }
    }

    @Test func `an answer without end is cut off at the limit, and so is memory`() async throws {
        try await UplinkBench.run(
            limits: .init(total: .seconds(20), answer: 4_000_000),
            fault: { $0.line.hasPrefix("GET /tenants/") ? .flood(100_000_000) : .none }
        ) { bench in
            try await bench.client.login()
            let before = try Self.residentMemory()
            for _ in 0..<3 {
                let error = await #expect(throws: BrokerError.self) { try await bench.client.tenants() }
                #expect(error?.code == .tooLarge, "\(String(describing: error))")
            }
            // Twice the limit, and what the server of this test in the same process has on its way.
            #expect(try Self.residentMemory() - before < 24_000_000)
        }
    }

    @Test(arguments: Trials.seeds("R08", 2, soak: 20))
    func `answers of any bytes are errors or values, never the end`(seed: UInt64) async throws {
        let dice = Mutex(SeededGenerator(seed: seed))
        try await UplinkBench.run(
            limits: .init(total: .milliseconds(500), answer: 100_000),
            fault: { seen in
                guard seen.line.hasPrefix("GET /") else { return .none }
                return .answer(dice.withLock { Self.wildAnswer(&$0) })
            }
        ) { bench in
            try await bench.client.login()
            for _ in 0..<100 {
                do throws(BrokerError) {
                    _ = try await bench.client.pendingRequests()
                    _ = try await bench.client.result(forRequest: "00000000-0000-0000-0000-000000000005")
                } catch {
                    #expect(!error.advice.isEmpty, "seed \(seed)")
                }
            }
        }
    }

    /// A good answer with something wrong: cut, nested, with bytes changed, of another type, or not of this world.
    private static func wildAnswer(_ dice: inout SeededGenerator) -> String {
        let good =
            #"[{"uuid":"5b528d65-5efe-4ae4-8411-6597776a40c5","ctime":"2026-01-01T00:00:00","status":"pending","request":{"quantity":"q","methods":["m"],"parameters":{"m":{"t":1.5e3}},"tenant_uuid":"u"}}]"#
        switch Int.random(in: 0..<8, using: &dice) {
        case 0: return .http("200 OK", body: String(good.prefix(Int.random(in: 0..<good.count, using: &dice))))
        case 1: return .http("200 OK", body: String(repeating: "[", count: 10_000))
        case 2: return .http("200 OK", body: #"{"a":"# + String(repeating: #"{"a":"#, count: 9999) + "1")
        case 3:
            return .http(
                "200 OK",
                body: ["NaN", "[NaN]", "-Infinity", "1e999", "null", "7", #""x""#].randomElement(using: &dice) ?? "")
        case 4:
            var bytes = Array(good.utf8)
            for _ in 0..<5 {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 32...126, using: &dice)
            }
            return .http("200 OK", body: String(decoding: bytes, as: UTF8.self))
        case 5: return "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + good
        case 6: return "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n" + good
        default: return .http("200 OK", body: good)
        }
    }

    /// In bytes.
    private static func residentMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return 1000 * (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0)
    }
}
