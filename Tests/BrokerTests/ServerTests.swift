import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import Protocols
import Testing

@testable import Broker

/// The broker behind a real socket.
@Suite struct ServerTests {
    /// Runs a broker, hands out its URL and a client, and cancels it afterwards.
    func serve<Value: Sendable>(
        _ configure: (inout BrokerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (DevelopmentBroker, String, TestClient) async throws -> Value
    ) async throws -> Value {
        var configuration = BrokerConfiguration(port: 0)
        configuration.seed.users = [.init(username: "alice", password: "secret", cost: 4)]
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let broker = try DevelopmentBroker(configuration, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let (urls, continuation) = AsyncStream<String>.makeStream()
            group.addTask { try await broker.run { continuation.yield($0) } }
            var iterator = urls.makeAsyncIterator()
            let url = try #require(await iterator.next())
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let value = try await TestClient.withClient(host: "127.0.0.1", port: port) {
                try await body(broker, url, $0)
            }
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    func logIn(_ client: TestClient) async throws -> HTTPFields {
        let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        let answer = try await client.post(
            "/user_management/authenticate",
            headers: form,
            body: ByteBuffer(string: "username=alice&password=secret")
        )
        let token = try JSONValue(parsing: answer.text)["access_token"]?.string ?? ""
        return [.authorization: "Bearer \(token)", .contentType: "application/json"]
    }

    @Test func `a tenant's round goes over the wire`() async throws {
        try await self.serve { broker, url, client in
            let headers = try await self.logIn(client)
            let id = try await client.post(
                "/requests/",
                headers: headers,
                body: ByteBuffer(string: BrokerBench.flowRequest.text())
            )
            #expect(id.status == .ok && id.headers[.contentType] == "application/json")
            #expect(id.headers[.contentLength] == "38")
            let request = try JSONValue(parsing: id.text).string ?? ""
            let pending = try await client.get("/pending_requests/?quantity=electrolyte&method=flow", headers: headers)
            #expect(try JSONValue(parsing: pending.text)[0]?["uuid"]?.string == request)
            let target = "/requests/\(request)/update_status/?request_id=\(request)&new_status=reserved"
            #expect(try await client.post(target, headers: headers, body: ByteBuffer()).status == .ok)
            let body = BrokerBench.flowResult(for: request).text()
            var keyed = headers
            keyed[HTTPField.Name("Idempotency-Key")!] = "r-1"  // a literal that is a valid name
            for _ in 0..<2 {
                let result = try await client.post("/results/", headers: keyed, body: ByteBuffer(string: body))
                #expect(result.status == .ok)
            }
            #expect(try await broker.resultCounts() == [request: 1])
        }
    }

    @Test func `redirects name the host that the caller used`() async throws {
        try await self.serve { _, url, client in
            let authority = String(url.dropFirst("http://".count))
            let answer = try await client.execute(
                TestClient.Request("/pending_requests?quantity=a%20b", method: .get, authority: authority, headers: [:])
            )
            #expect(answer.status == .temporaryRedirect && answer.text.isEmpty)
            #expect(answer.headers[.location] == "\(url)/pending_requests/?quantity=a%20b")
        }
    }

    @Test func `a body above the limit is refused, whether or not it says its length`() async throws {
        for chunked in [false, true] {
            try await self.serve {
                $0.bodyLimit = 100_000
            } _: { _, _, client in
                let body = ByteBuffer(repeating: UInt8(ascii: " "), count: 150_000)
                let headers: HTTPFields =
                    chunked
                    ? [.contentType: "application/json", .transferEncoding: "chunked"]
                    : [.contentType: "application/json"]
                let answer = try await client.post("/requests/", headers: headers, body: body)
                #expect(answer.status == .contentTooLarge)
                #expect(answer.text == #"{"detail":"The body is larger than 100000 bytes"}"#)
            }
        }
    }

    @Test func `the dump is a database of its own with all tables, and leaves nothing behind`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "sql_app.db").path
        try await self.serve {
            $0.databasePath = path
            $0.dumpKey = "k"
        } _: { _, _, client in
            let headers = try await self.logIn(client)
            _ = try await client.post(
                "/requests/",
                headers: headers,
                body: ByteBuffer(string: BrokerBench.flowRequest.text())
            )
            let answer = try await client.get("/database_dump/k", headers: headers)
            #expect(answer.status == .ok && answer.headers[.contentType] == "application/octet-stream")
            #expect(answer.headers[.contentDisposition] == "attachment; filename=\"\(path)\"")
            #expect(answer.headers[.eTag] != nil && answer.headers[.lastModified]?.hasSuffix(" GMT") == true)
            let bytes = Array(answer.body?.readableBytesView ?? ByteBufferView())
            #expect(answer.headers[.contentLength] == "\(bytes.count)")
            #expect(bytes.starts(with: Array("SQLite format 3\0".utf8)))
            let copy = folder.appending(path: "copy.db")
            try Data(bytes).write(to: copy)
            let count = try await DatabaseQueue(path: copy.path).read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM request")
            }
            #expect(count == 1)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.contains("sql_app.db") && names.contains("users.db"))
    }

    @Test func `what was stored is there after a restart, and the seed is not planted twice`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "sql_app.db").path
        for round in 1...2 {
            try await self.serve {
                $0.databasePath = path
            } _: { _, _, client in
                let headers = try await self.logIn(client)
                _ = try await client.post(
                    "/requests/",
                    headers: headers,
                    body: ByteBuffer(string: BrokerBench.flowRequest.text())
                )
                let all = try await client.get("/all_requests/", headers: headers)
                #expect(try JSONValue(parsing: all.text).array?.count == round)
                let tenants = try await client.get("/tenants/", headers: headers)
                #expect(try JSONValue(parsing: tenants.text).array?.count == 1)
                let capabilities = try await client.get("/capabilities/", headers: headers)
                #expect(try JSONValue(parsing: capabilities.text).array?.count == 5)
            }
        }
    }

    @Test func `an address that is taken is an error`() async throws {
        try await self.serve { _, url, _ in
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            await #expect(throws: (any Error).self) {
                var logger = Logger(label: "test")
                logger.logLevel = .critical
                try await DevelopmentBroker(BrokerConfiguration(port: port), logger: logger).run()
            }
        }
    }
}

extension TestClient.Response {
    fileprivate var text: String { self.body.map { String(buffer: $0) } ?? "" }
}
