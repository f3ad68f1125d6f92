import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import Protocols

/// An address that takes notices to people as JSON, by POST.
///
/// ```swift
/// try await Webhook(url: "https://chat.example.org/hooks/lab", token: nil).post(["event": "prompt.asked"])
/// ```
public struct Webhook: Sendable {
    /// Why a notice was not taken.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    private static let limit = Duration.seconds(10)

    private let url: String
    private let token: String?

    /// - Parameter token: sent as `Authorization: Bearer` (RFC 6750).
    public init(url: String, token: String?) {
        self.url = url
        self.token = token
    }

    /// One try, of 10 s at most. No redirection is followed: it would take the token elsewhere.
    public func post(_ notice: JSONValue) async throws(Failure) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var request = HTTPClientRequest(url: self.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        request.body = .bytes(ByteBuffer(string: notice.text()))
        let failure: String?
        do {
            let response = try await client.execute(request, timeout: .init(Self.limit))
            failure = (200..<300).contains(response.status.code) ? nil : "it answered \(response.status)"
        } catch {
            failure = "\(error)"
        }
        // What closing says changes nothing for the notice.
        try? await client.shutdown()
        if let failure { throw Failure(description: "\(self.url.prefix { $0 != "?" }): \(failure)") }
    }
}
