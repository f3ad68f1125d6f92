/// The paths of the broker. A trailing slash is part of a path; the other form is redirected.
enum Route: Sendable, Equatable {
    case login
    case greeting
    case whoAmI
    case postRequest
    case request(id: String)
    case pendingRequests
    case allRequests
    case updateRequest
    case postResult
    case postUnsolicitedResult
    case result(id: String)
    case resultForRequest(id: String)
    case results
    case updateResult
    case capabilities
    case templates
    case limitations
    case tenants
    case dump(key: String)
    case documentation
    case interfaceDescription

    /// What a method and a path lead to.
    enum Match: Equatable {
        case route(Route)
        /// The path exists with other methods.
        case methodNotAllowed(allow: String)
        /// The path exists with a trailing slash more or less.
        case otherSlash
        case nothing
    }

    /// - Parameter path: decoded, with its leading slash.
    static func match(method: String, path: String) -> Match {
        let candidates = Self.candidates(path)
        if let found = candidates.first(where: { $0.methods.contains(method) }) { return .route(found.route) }
        if let other = candidates.first { return .methodNotAllowed(allow: other.methods.joined(separator: ", ")) }
        guard path != "/" else { return .nothing }
        return Self.candidates(Self.otherSlash(path)).isEmpty ? .nothing : .otherSlash
    }

    /// The path without its slashes at the end, or with one if it has none.
    static func otherSlash(_ path: String) -> String {
        guard path.hasSuffix("/") else { return path + "/" }
        return String(path.reversed().drop { $0 == "/" }.reversed())
    }

    private static func candidates(_ path: String) -> [(route: Route, methods: [String])] {
        // "/a/b/" splits into "", "a", "b", "": the last empty segment is the trailing slash.
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        return Self.table.compactMap { entry in
            guard entry.segments.count == segments.count else { return nil }
            var variable = ""
            for (pattern, segment) in zip(entry.segments, segments) {
                if pattern == "*", !segment.isEmpty { variable = String(segment) } else if pattern != segment { return nil }
            }
            return (entry.route(variable), entry.methods)
        }
    }

    /// A path with the method that it takes; `*` stands for a segment that is not empty.
    private struct Entry: Sendable {
        let segments: [String]
        let methods: [String]
        let route: @Sendable (_ variable: String) -> Route

        init(_ methods: String, _ path: String, _ route: @escaping @Sendable (_ variable: String) -> Route) {
            self.methods = methods.split(separator: " ").map(String.init)
            self.segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
            self.route = route
        }
    }

    private static let table = [
        Entry("GET", "/") { _ in .greeting },
        Entry("GET", "/test") { _ in .whoAmI },
        Entry("POST", "/user_management/authenticate") { _ in .login },
        Entry("POST", "/requests/") { _ in .postRequest },
        Entry("GET", "/requests/*") { .request(id: $0) },
        Entry("POST", "/requests/*/update_status/") { _ in .updateRequest },
        Entry("GET", "/pending_requests/") { _ in .pendingRequests },
        Entry("GET", "/all_requests/") { _ in .allRequests },
        Entry("GET", "/results/*") { .result(id: $0) },
        Entry("POST", "/results/") { _ in .postResult },
        Entry("POST", "/results/post_unsolicited_result") { _ in .postUnsolicitedResult },
        Entry("POST", "/results/*/update_status/") { _ in .updateResult },
        Entry("GET", "/results_requested/") { _ in .results },
        Entry("GET", "/results_requested/*") { .resultForRequest(id: $0) },
        Entry("GET", "/capabilities/") { _ in .capabilities },
        Entry("GET", "/capabilities/templates/") { _ in .templates },
        Entry("GET", "/limitations/") { _ in .limitations },
        Entry("GET", "/tenants/") { _ in .tenants },
        Entry("GET", "/database_dump/*") { .dump(key: $0) },
        Entry("GET HEAD", "/docs") { _ in .documentation },
        Entry("GET HEAD", "/redoc") { _ in .documentation },
        Entry("GET HEAD", "/openapi.json") { _ in .interfaceDescription },
    ]
}
