import Foundation
import Protocols
import Site
import Synchronization
import Testing
import Uplink

@Suite struct FinalesClientTests {
    @Test func `one login serves many calls`() async throws {
        try await UplinkBench.run { bench in
            let request = try await bench.postRequest()
            #expect(try await bench.client.pendingRequests(quantity: "conductivity").map(\.uuid) == [request])
            #expect(try await bench.client.pendingRequests(quantity: "density").isEmpty)
            #expect(try await bench.client.request(request)?.request.methods == ["two_electrode"])
            #expect(try await bench.client.request("00000000-0000-0000-0000-000000000005") == nil)
            #expect(try await bench.client.capabilities().map(\.quantity) == ["conductivity"])
            #expect(try await bench.client.limitations().count == 1)
            #expect(try await bench.client.tenants().map(\.name) == ["bench"])
            let logins = bench.proxy.seen.count { $0.line.contains("/user_management/authenticate") }
            #expect(logins == 1)
            #expect(!bench.proxy.seen.contains { $0.line.hasPrefix("GET /pending_requests?") })
        }
    }

    @Test func `a request is reserved, given back and answered`() async throws {
        try await UplinkBench.run { bench in
            let request = try await bench.postRequest()
            try await bench.client.setRequestStatus(request, .reserved, message: "Reserved for lab & co.")
            #expect(try await bench.client.request(request)?.status == .reserved)
            try await bench.client.setRequestStatus(request, .pending)
            let id = try await bench.client.postResult(
                UplinkBench.result(request, value: 1.5), idempotencyKey: "0197-1")
            let info = try #require(try await bench.client.result(forRequest: request))
            #expect(info.uuid == id)
            #expect(info.result.data["value"] == 1.5)
            #expect(try await bench.client.request(request)?.status == .resolved)
            #expect(try await bench.client.results(quantity: "conductivity").map(\.uuid) == [id])
            let post = try #require(bench.proxy.seen.first { $0.line.hasPrefix("POST /results/ ") })
            #expect(post.headers.lowercased().contains("idempotency-key: 0197-1"))
            #expect(post.headers.lowercased().contains("content-type: application/json"))
        }
    }

    @Test func `a rejected token leads to exactly one login more, however many calls found out`() async throws {
        let rejected = Mutex(0)
        try await UplinkBench.run(fault: { seen in
            guard seen.line.hasPrefix("GET /capabilities/"),
                rejected.withLock({
                    $0 += 1; return $0 <= 8
                })
            else {
                return .none
            }
            return .answer(.http("401 Unauthorized", body: #"{"detail":"Not authenticated"}"#))
        }) { bench in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask { _ = try await bench.client.capabilities() }
                }
                try await group.waitForAll()
            }
            let logins = bench.proxy.seen.count { $0.line.contains("/user_management/authenticate") }
            #expect((2...3).contains(logins))
        }
    }

    @Test func `a user the broker has forgotten is an account problem, not a missing page`() async throws {
        try await UplinkBench.run(fault: { seen in
            seen.line.hasPrefix("GET /tenants/")
                ? .answer(.http("404 Not Found", body: #"{"detail":"No user with this username was found."}"#)) : .none
        }) { bench in
            let error = await #expect(throws: BrokerError.self) { try await bench.client.tenants() }
            #expect(error?.code == .unauthorized)
            #expect(bench.proxy.seen.count { $0.line.hasPrefix("GET /tenants/") } == 2)
        }
    }

    @Test func `a wrong password is said so, and never shown`() async throws {
        try await UplinkBench.run(password: "guessed-wrong") { bench in
            let error = await #expect(throws: BrokerError.self) { try await bench.client.login() }
            #expect(error?.code == .unauthorized)
            #expect(error.map { "\($0)" }?.contains("guessed-wrong") == false)
            #expect(!"\(bench.client.credentials)".contains("guessed-wrong"))
        }
    }

    @Test(arguments: [
        (FaultyProxy.Fault.answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n[nope"), BrokerError.Code.garbled),
        (.answer("220 smtp.lab ESMTP\r\n\r\n"), .garbled),
        (.answer(.http("200 OK", type: "text/html", body: "<html>Log in</html>")), .garbled),
        (.answer(.http("403 Forbidden", type: "text/html", body: "<html>Proxy</html>")), .garbled),
        (.answer(.http("500 Internal Server Error", type: "text/plain", body: "Internal Server Error")), .serverFailed),
        (.answer(.http("503 Service Unavailable", body: "{}")), .unavailable),
        (.answer(.http("400 Bad Request", body: #"{"detail":"no"}"#)), .refused),
        (.answer(.http("429 Too Many Requests", header: "retry-after: 7\r\n", body: "{}")), .tooMany),
        (.answer(.http("307 Temporary Redirect", header: "location: http://elsewhere/\r\n", body: "")), .redirected),
        (.answer("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n["), .interrupted),
        (.dropBefore, .interrupted), (.dropAfter, .interrupted), (.hang, .timedOut),
        (.drip(.milliseconds(50)), .timedOut),
        (.answer(.http("200 OK", body: "[" + String(repeating: " ", count: 200_000) + "]")), .tooLarge),
        (.answer(.http("200 OK", body: String(repeating: "[", count: 10_000))), .garbled),
    ])
    func `every kind of bad answer has its own error`(fault: FaultyProxy.Fault, code: BrokerError.Code) async throws {
        try await UplinkBench.run(
            limits: .init(total: .seconds(1), answer: 100_000),
            fault: { $0.line.hasPrefix("GET /tenants/") ? fault : .none }
        ) { bench in
            try await bench.client.login()
            let error = await #expect(throws: BrokerError.self) { try await bench.client.tenants() }
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.advice.isEmpty == false)
            if code == .tooMany { #expect(error?.retryAfter == .seconds(7)) }
        }
    }

    @Test func `a broker that is not there is named with its address`() async throws {
        let client = FinalesClient(
            address: try #require(BrokerAddress(parsing: "http://127.0.0.1:9")),
            credentials: BrokerCredentials(user: "lab", passwordFile: "/dev/null"))
        let error = await #expect(throws: BrokerError.self) { try await client.login() }
        #expect(error?.code == .misconfigured)
        await client.close()
        try await UplinkBench.run { bench in
            let client = FinalesClient(
                address: try #require(BrokerAddress(parsing: "http://127.0.0.1:9")),
                credentials: bench.client.credentials)
            let error = await #expect(throws: BrokerError.self) { try await client.login() }
            #expect(error?.code == .unreachable)
            #expect(error?.mayHaveHappened == false)
            #expect(error?.description.contains("127.0.0.1:9") == true)
            await client.close()
        }
    }

    @Test func `where TLS is expected, nothing is sent to what does not speak it`() async throws {
        try await UplinkBench.run { bench in
            let client = FinalesClient(
                address: try #require(BrokerAddress(parsing: "https://127.0.0.1:\(bench.proxy.port)")),
                credentials: bench.client.credentials, limits: .init(connect: .seconds(1), total: .seconds(2)))
            let error = await #expect(throws: BrokerError.self) { try await client.login() }
            #expect(error?.mayHaveHappened == false, "\(String(describing: error))")
            #expect(error?.isRetryable == true)
            #expect(bench.proxy.seen.isEmpty)
            await client.close()
        }
    }

    @Test func `numbers that are not finite never leave`() async throws {
        try await UplinkBench.run { bench in
            for value in [Double.nan, .infinity, -.infinity] {
                let result = UplinkBench.result("r", value: ["deep": [.number(value)]])
                let error = await #expect(throws: BrokerError.self) {
                    try await bench.client.postResult(result, idempotencyKey: "k")
                }
                #expect(error?.code == .invalid)
                #expect(error?.detail.contains("/data/value/deep/0") == true)
            }
            #expect(bench.proxy.seen.isEmpty)
        }
    }

    @Test func `one damaged object does not hide the others`() async throws {
        let good = #"{"tenant_uuid":"u","name":"good","limitations":[],"contact_person":"","is_active":true}"#
        try await UplinkBench.run(fault: {
            $0.line.hasPrefix("GET /tenants/") ? .answer(.http("200 OK", body: #"[{"name":1},\#(good)]"#)) : .none
        }) { bench in
            let names = try await bench.client.tenants().map(\.name)
            #expect(names == ["good"])
        }
    }

    @Test func `a cancelled call ends at once`() async throws {
        try await UplinkBench.run(
            limits: .init(total: .seconds(30)),
            fault: {
                $0.line.hasPrefix("GET /tenants/") ? .hang : .none
            }
        ) { bench in
            try await bench.client.login()
            let start = ContinuousClock.now
            let task = Task { try await bench.client.tenants() }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            let error = await #expect(throws: BrokerError.self) { try await task.value }
            #expect(error?.code == .cancelled, "\(String(describing: error))")
            #expect(ContinuousClock.now - start < .seconds(2))
        }
    }
}
