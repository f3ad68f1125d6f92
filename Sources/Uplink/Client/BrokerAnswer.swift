import NIOHTTP1
import Protocols

/// A complete answer of the broker, not yet understood.
struct BrokerAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    /// The body as JSON. Numbers that are not finite are read, since this broker may send them.
    func json(_ operation: String) throws(BrokerError) -> JSONValue {
        do {
            return try JSONValue(parsing: self.body, allowsNaN: true)
        } catch {
            throw BrokerError(
                .garbled, operation, status: self.status, detail: "the answer is not JSON: \(error)",
                excerpt: self.excerpt, advice: "Check that the address is that of a FINALES broker, not of a proxy.")
        }
    }

    /// The error that this answer stands for; nil if it is a success.
    func error(_ operation: String) -> BrokerError? {
        func error(_ code: BrokerError.Code, _ detail: String, _ advice: String) -> BrokerError {
            BrokerError(
                code, operation, status: self.status, detail: detail, excerpt: self.excerpt, advice: advice,
                retryAfter: self.retryAfter)
        }
        switch self.status {
        case 200..<300: return nil
        case 300..<400:
            let target = self.headers.first(name: "location") ?? "nowhere"
            return error(
                .redirected, "\(self.status), redirected to \(target)",
                "Configure the address that the broker really has.")
        case 400..<500 where self.isPage && self.status != 401 && self.status != 429:
            return error(
                .garbled, "\(self.status) with a web page, which is not the broker's",
                "Check for a proxy or login page between here and the broker.")
        case 401: return error(.unauthorized, "not let in", "Check user and password of the broker account.")
        case 404 where self.namesNoUser:
            return error(.unauthorized, "the user is unknown", "Ask the broker's administrator for an account.")
        case 403: return error(.unauthorized, "forbidden", "Ask the broker's administrator what the account may do.")
        case 404, 405, 410:
            return error(
                .redirected, "\(self.status), there is no such call at this address",
                "Configure the address that the broker really has, the path in front of its API included.")
        case 408: return error(.timedOut, "408, the broker waited too long for us", "It is tried again by itself.")
        case 409: return error(.conflict, "409, it holds something else", "Compare both and decide.")
        case 429: return error(.tooMany, "429, asked too often", "It is tried again by itself, more slowly.")
        case 400..<500:
            return error(.refused, "refused with \(self.status)", "Read the answer; sending it again will not help.")
        case 502...504:
            return error(.unavailable, "\(self.status), not available now", "It is tried again by itself.")
        case 500..<600:
            return error(
                .serverFailed, "\(self.status), an error inside the broker",
                "If it stays so for one item only, that item breaks a schema; look into the broker's log.")
        default: return error(.garbled, "status \(self.status)", "Check that this is a FINALES broker.")
        }
    }

    /// Whether the token is not, or no longer, good for anything.
    var asksForLogin: Bool { self.status == 401 || (self.status == 404 && self.namesNoUser) }

    /// The first 200 characters, control characters left out.
    var excerpt: String {
        String(
            String(decoding: self.body.prefix(400), as: UTF8.self).filter { !$0.isNewline && $0 != "\0" }.prefix(200))
    }

    private var namesNoUser: Bool {
        String(decoding: self.body.prefix(200), as: UTF8.self).contains("No user with this username was found")
    }

    private var isPage: Bool {
        self.headers.first(name: "content-type")?.lowercased().hasPrefix("text/html") == true
            || self.body.first { $0 > 0x20 } == UInt8(ascii: "<")
    }

    /// Seconds only; a date is left to our own back-off.
    private var retryAfter: Duration? {
        self.headers.first(name: "retry-after").flatMap { Int($0) }.map { .seconds(min(max(0, $0), 3600)) }
    }
}
