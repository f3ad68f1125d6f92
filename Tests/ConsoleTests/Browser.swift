import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// A browser as far as the console can tell: it keeps the cookie, sends the origin of its pages, and follows no way of its
/// own.
final class Browser: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String
        var location: String? { self.headers.first(name: "location") }
        /// What the page's forms carry.
        var formKey: String? {
            self.body.firstMatch(of: /name="form_key" value="([0-9a-f]{64})"/).map { String($0.output.1) }
        }
    }

    let url: String
    private let cookie = Mutex<String?>(nil)

    init(_ url: String) { self.url = url }

    var secret: String? {
        get { self.cookie.withLock { $0 } }
        set { self.cookie.withLock { $0 = newValue } }
    }

    func signIn(_ name: String, password: String = ConsoleBench.password) async throws {
        _ = try await self.get("/sign-in")
        let answer = try await self.send("/sign-in", ["name": name, "password": password])
        guard answer.status == 303 else { throw Failure("signing in ended with \(answer.status)") }
    }

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await self.request(.GET, path, headers: headers)
    }

    /// Sends a form of the first page that has one.
    ///
    /// - Parameters:
    ///   - key: in place of what the page carries.
    ///   - origin: in place of the console's own; nil sends none.
    func send(
        _ path: String, _ fields: [String: String] = [:], key: String? = nil, origin: String? = "own",
        headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var fields = fields
        let own = if let key { key } else { try await self.get("/sign-in").formKey }
        if let own { fields["form_key"] = own }
        var headers = headers
        headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let origin { headers.add(name: "origin", value: origin == "own" ? self.url : origin) }
        return try await self.request(.POST, path, headers: headers, body: Self.encoded(fields))
    }

    /// Follows a stream until `isEnough` of what came so far.
    func listen(to path: String, isEnough: (String) -> Bool) async throws {
        var request = HTTPClientRequest(url: self.url + path)
        if let secret { request.headers.add(name: "cookie", value: secret) }
        let response = try await Self.client.execute(request, timeout: .seconds(20))
        guard response.status == .ok else { throw Failure("the stream ended with \(response.status)") }
        var text = ""
        for try await piece in response.body {
            text += String(buffer: piece)
            if isEnough(text) { return }
        }
        throw Failure("the stream ended after “\(text)”")
    }

    private func request(
        _ method: HTTPMethod, _ path: String, headers: HTTPHeaders, body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: self.url + path)
        request.method = method
        request.headers = headers
        if let secret { request.headers.add(name: "cookie", value: secret) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, timeout: .seconds(20))
        for cookie in response.headers["set-cookie"] { self.secret = String(cookie.prefix { $0 != ";" }) }
        let bytes = try await response.body.collect(upTo: 1 << 22)
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: bytes))
    }

    static func encoded(_ fields: [String: String]) -> String {
        let free = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: free) ?? "")"
        }.joined(separator: "&")
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: {
            var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
            return configuration
        }())
}
