import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// Lets browsers in: which hosts they may have asked for, whose cookie they bring, and whether a form is our own.
struct Door: Sendable {
    private let options: ConsoleOptions
    private let journal: Journal

    /// A person signs in once a shift.
    static let sessionLength = Duration.seconds(12 * 3600)

    init(options: ConsoleOptions, journal: Journal) {
        self.options = options
        self.journal = journal
    }

    /// Whether the browser asked for this machine by a name or an address that is its own. A foreign name that was made
    /// to point here (DNS rebinding) is not.
    func isOwnHost(_ request: Request, _ context: ConsoleContext) -> Bool {
        guard let authority = request.head.authority else { return false }
        let host = Self.host(of: authority)
        let local = context.channel.localAddress?.ipAddress
        return ConsoleOptions.isLoopback(host) || host == self.options.host || host == local
            || self.options.names.contains { $0.lowercased() == host }
    }

    /// Every form must come from a page of this site, and carry what only such a page knows.
    func isOwnForm(_ request: Request, _ fields: [String: String], of visitor: Visitor) -> Bool {
        guard let origin = request.headers[.origin], let authority = request.head.authority,
            origin.lowercased() == "\(self.scheme)://\(authority)".lowercased()
        else { return false }
        guard !visitor.isNew, let key = fields["form_key"] else { return false }
        return key.equalsInConstantTime(visitor.formKey)
    }

    func visitor(of request: Request, _ context: ConsoleContext) async throws -> Visitor {
        let isHere =
            context.remoteAddress?.ipAddress.map(ConsoleOptions.isLoopback) == true
            && request.headers[named: "X-Forwarded-For"] == nil && request.headers[named: "Forwarded"] == nil
        // Browsers do not tell ports apart: each console of a machine has a cookie of its own.
        let cookie = "edge_agent_\(context.channel.localAddress?.port ?? 0)"
        guard let text = request.cookies[cookie]?.value, text.utf8.count == 64 else {
            return Visitor(user: nil, secret: .makeToken(), isNew: true, cookie: cookie, isHere: isHere)
        }
        let secret = Secret(text)
        return Visitor(
            user: try await self.journal.session(secret.hash), secret: secret, isNew: false, cookie: cookie,
            isHere: isHere)
    }

    /// Gives a browser the secret that it brings along from then on.
    func hand(_ secret: Secret, to visitor: Visitor, in response: inout Response) {
        response.setCookie(
            Cookie(
                name: visitor.cookie, value: secret.text, maxAge: Int(Self.sessionLength.components.seconds), path: "/",
                secure: self.options.tls != nil, httpOnly: true, sameSite: .strict))
    }

    private var scheme: String { self.options.tls == nil ? "http" : "https" }

    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }).lowercased() }
        return String(authority.prefix { $0 != ":" }).lowercased()
    }
}
