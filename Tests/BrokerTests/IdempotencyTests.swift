import GRDB
import Protocols
import Testing

@testable import Broker

@Suite struct IdempotencyTests {
    @Test(arguments: [false, true])
    func `the same key and body give the same answer and one result`(strict: Bool) async throws {
        let bench = try await BrokerBench(strict: strict)
        let request = await bench.post()
        let body = BrokerBench.flowResult(for: request)
        let first = await bench.call("POST", "/results/", json: body, key: "k-1")
        #expect(first.status == 200)
        // The order of keys does not make another body.
        var turned = JSONObject()
        for key in (body.object?.keys ?? []).reversed() { turned[key] = body[key] }
        for repetition in [body, .object(turned)] {
            let again = await bench.call("POST", "/results/", json: repetition, key: "k-1")
            #expect(again.status == 200 && again.text == first.text)
        }
        #expect(try await bench.broker.resultCounts() == [request: 1])
    }

    @Test func `the same key with another body is a conflict`() async throws {
        let bench = try await BrokerBench()
        let request = await bench.post()
        let body = BrokerBench.flowResult(for: request)
        _ = await bench.call("POST", "/results/", json: body, key: "k-1")
        let other = await bench.call("POST", "/results/", json: body.with("data", [:]), key: "k-1")
        #expect(other.status == 409 && other.detail == "This Idempotency-Key was used with another body")
        #expect(try await bench.broker.resultCounts() == [request: 1])
        #expect(await bench.call("POST", "/results/", json: body.with("data", [:]), key: "k-2").status == 200)
        #expect(await bench.call("POST", "/results/", json: body).status == 200)
        #expect(try await bench.broker.resultCounts() == [request: 3])
    }

    @Test func `a key whose first post was refused is still free`() async throws {
        let bench = try await BrokerBench()
        let body = BrokerBench.flowResult(for: "00000000-0000-0000-0000-000000000003")
        #expect(await bench.call("POST", "/results/", json: body, key: "k").status == 400)
        let request = await bench.post()
        #expect(await bench.call("POST", "/results/", json: BrokerBench.flowResult(for: request), key: "k").status == 200)
    }

    @Test func `many at once with one key store one result`() async throws {
        let bench = try await BrokerBench()
        let request = await bench.post()
        let answers = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await bench.call("POST", "/results/", json: BrokerBench.flowResult(for: request), key: "k").text
                }
            }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
        #expect(try await bench.broker.resultCounts() == [request: 1])
    }

    @Test func `a replay needs neither the request's nor the capability's present state`() async throws {
        let bench = try await BrokerBench()
        let body = BrokerBench.flowResult(for: await bench.post())
        let first = await bench.call("POST", "/results/", json: body, key: "k")
        try await bench.broker.desk.book.records.write { try $0.execute(sql: "UPDATE quantity SET is_active = 0") }
        #expect(await bench.call("POST", "/results/", json: body, key: "k").text == first.text)
    }

    @Test func `a key of absurd length is refused`() async throws {
        let bench = try await BrokerBench()
        let body = BrokerBench.flowResult(for: await bench.post())
        #expect(await bench.call("POST", "/results/", json: body, key: "").status == 400)
        #expect(await bench.call("POST", "/results/", json: body, key: String(repeating: "k", count: 256)).status == 400)
    }
}
