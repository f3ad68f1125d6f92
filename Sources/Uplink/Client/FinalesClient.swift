import AsyncHTTPClient
public import Logging
import NIOCore
import NIOHTTP1
import Protocols

/// A client of a FINALES 2 broker.
///
/// One login serves all calls until the broker rejects the token; then there is one more. Paths are canonical and
/// redirections are not followed. Every call has a time limit and a limit to what it reads.
///
/// ```swift
/// let client = FinalesClient(address: address, credentials: .init(user: "lab", passwordFile: "/run/credentials/broker"))
/// for request in try await client.pendingRequests(quantity: "density", method: "vibrating_tube_densimetry") { … }
/// await client.close()
/// ```
///
/// Sources: the REST interface of FINALES 2 1.1.0; RFC 9110; RFC 6750 for the token.
public final class FinalesClient: Sendable {
    public struct Limits: Sendable {
        /// For the connection, TLS handshake included.
        public var connect: Duration
        /// For a whole call, from the first byte sent to the last byte read.
        public var total: Duration
        /// Bytes of an answer.
        public var answer: Int

        public init(connect: Duration = .seconds(5), total: Duration = .seconds(30), answer: Int = 16_000_000) {
            self.connect = connect
            self.total = total
            self.answer = answer
        }
    }

    public let address: BrokerAddress
    public let credentials: BrokerCredentials
    let limits: Limits
    let logger: Logger
    private let session = BrokerSession()
    private let http: HTTPClient

    public init(
        address: BrokerAddress, credentials: BrokerCredentials, limits: Limits = Limits(),
        logger: Logger = Logger(label: "broker-client")
    ) {
        self.address = address
        self.credentials = credentials
        self.limits = limits
        self.logger = logger
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .init(limits.connect), read: .init(limits.total)))
        configuration.httpVersion = .http1Only
        // Shorter than the five seconds after which the broker's server closes an idle connection, so that no post
        // goes into one that is just being closed.
        configuration.connectionPool.idleTimeout = .seconds(3)
        // A refusal has to be seen at once: whoever calls has its own back-off.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends all connections. No call may follow.
    public func close() async {
        do {
            try await self.http.shutdown()
        } catch {
            self.logger.debug("broker.close", metadata: ["error": "\(error)"])
        }
    }

    /// Asks for a token and forgets the old one. Calls do this by themselves; alone it shows whether user and password
    /// are right.
    public func login() async throws(BrokerError) {
        await self.session.forget()
        _ = try await self.session.token(rejected: nil) { () throws(BrokerError) in try await self.requestToken() }
    }

    /// One call with a token, repeated once with a new one if the broker does not take it.
    func call(
        _ operation: String, _ method: HTTPMethod, _ path: String, query: [(String, String)] = [],
        json: String? = nil, headers: HTTPHeaders = [:]
    ) async throws(BrokerError) -> BrokerAnswer {
        var rejected: String?
        while true {
            let token = try await self.session.token(rejected: rejected) { () throws(BrokerError) in
                try await self.requestToken()
            }
            var headers = headers
            headers.add(name: "authorization", value: "Bearer \(token)")
            if json != nil { headers.add(name: "content-type", value: "application/json") }
            let answer = try await self.exchange(operation, method, path, query: query, body: json, headers: headers)
            if answer.asksForLogin, rejected == nil {
                rejected = token
                continue
            }
            if let error = answer.error(operation) { throw error }
            return answer
        }
    }

    private func requestToken() async throws(BrokerError) -> String {
        let form = FormText.encode([
            ("grant_type", "password"), ("username", self.credentials.user),
            ("password", try self.credentials.password()),
        ])
        let answer = try await self.exchange(
            "login", .POST, "/user_management/authenticate", body: form,
            headers: ["content-type": "application/x-www-form-urlencoded"])
        if let error = answer.error("login") { throw error }
        guard let token = try answer.json("login")["access_token"]?.string, !token.isEmpty else {
            throw BrokerError(
                .garbled, "login", status: answer.status, detail: "the answer holds no token",
                advice: "Check that \(self.address) is a FINALES broker.")
        }
        return token
    }

    private func exchange(
        _ operation: String, _ method: HTTPMethod, _ path: String, query: [(String, String)] = [], body: String?,
        headers: HTTPHeaders
    ) async throws(BrokerError) -> BrokerAnswer {
        var request = HTTPClientRequest(url: self.address.description + path + FormText.query(query))
        request.method = method
        request.headers = headers
        request.headers.add(name: "accept", value: "application/json")
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        do {
            return try await self.exchange(request, operation)
        } catch {
            // A kept connection may be closed just as it is used again. To read, or to log in, twice does no harm.
            let isHarmless = method == .GET || operation == "login"
            guard isHarmless, error.code == .interrupted else { throw error }
            return try await self.exchange(request, operation)
        }
    }

    private func exchange(
        _ outgoing: HTTPClientRequest, _ operation: String
    ) async throws(BrokerError) -> BrokerAnswer {
        // The client's own deadline ends with the head of the answer; this one holds to the last byte.
        let result = await withTaskGroup(of: Result<BrokerAnswer, BrokerError>?.self) { group in
            group.addTask {
                do {
                    return .success(try await self.send(outgoing, operation))
                } catch {
                    return .failure(BrokerError(error, operation, self.address))
                }
            }
            group.addTask {
                try? await Task.sleep(for: self.limits.total)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            if Task.isCancelled, let result = await group.next() ?? nil { return result }
            return .failure(BrokerError(HTTPClientError.deadlineExceeded, operation, self.address))
        }
        return try result.get()
    }

    private func send(_ request: HTTPClientRequest, _ operation: String) async throws -> BrokerAnswer {
        let response = try await self.http.execute(request, timeout: .init(self.limits.total), logger: self.logger)
        var body: [UInt8] = []
        for try await chunk in response.body {
            guard body.count + chunk.readableBytes <= self.limits.answer else {
                throw BrokerError(
                    .tooLarge, operation, status: Int(response.status.code),
                    detail: "the answer is longer than \(self.limits.answer) bytes",
                    advice: "Ask for less, by quantity and method, or raise the limit.")
            }
            body.append(contentsOf: chunk.readableBytesView)
        }
        return BrokerAnswer(status: Int(response.status.code), headers: response.headers, body: body)
    }
}
