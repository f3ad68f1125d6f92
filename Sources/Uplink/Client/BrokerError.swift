/// What went wrong with the broker: at which call, what came back, and what to do next.
public struct BrokerError: Error, Sendable, Hashable {
    /// Decides the policy; `detail` and `advice` are for people.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case unreachable, insecure, timedOut, interrupted, cancelled, unauthorized, refused, conflict, tooMany
            case serverFailed, unavailable, redirected, garbled, tooLarge, misconfigured, invalid
        }
        private let kind: Kind
        public var description: String { self.kind.rawValue }

        /// No connection: nothing was sent.
        public static let unreachable = Code(kind: .unreachable)
        /// The broker's certificate was not accepted: nothing was sent.
        public static let insecure = Code(kind: .insecure)
        /// No complete answer in time. What was asked for may have happened.
        public static let timedOut = Code(kind: .timedOut)
        /// The connection broke. What was asked for may have happened.
        public static let interrupted = Code(kind: .interrupted)
        /// Our own task was cancelled. What was asked for may have happened.
        public static let cancelled = Code(kind: .cancelled)
        /// The broker does not let this user in.
        public static let unauthorized = Code(kind: .unauthorized)
        /// A clear no (4xx); nothing happened.
        public static let refused = Code(kind: .refused)
        /// The broker holds something else under the same key (409); nothing happened.
        public static let conflict = Code(kind: .conflict)
        /// Asked too often (429); nothing happened.
        public static let tooMany = Code(kind: .tooMany)
        /// An error inside the broker (5xx). This broker answers so to what breaks a schema, too.
        public static let serverFailed = Code(kind: .serverFailed)
        /// Something before the broker says that it is not there now (502, 503, 504).
        public static let unavailable = Code(kind: .unavailable)
        /// The address leads elsewhere, by redirection or because nothing is there; redirections are not followed.
        public static let redirected = Code(kind: .redirected)
        /// An answer that cannot be read. What was asked for may have happened.
        public static let garbled = Code(kind: .garbled)
        /// An answer longer than the limit. What was asked for may have happened.
        public static let tooLarge = Code(kind: .tooLarge)
        /// Address or password cannot be used: nothing was sent.
        public static let misconfigured = Code(kind: .misconfigured)
        /// What was to be sent must not be sent: nothing was.
        public static let invalid = Code(kind: .invalid)
    }

    public let code: Code
    /// The call, `post result` for example.
    public let operation: String
    /// The HTTP status, if there was one.
    public let status: Int?
    /// What went wrong in words.
    public let detail: String
    /// The beginning of the answer's body, as far as it can be printed.
    public let excerpt: String
    /// What the operator can do now.
    public let advice: String
    /// How long the broker asks to be left alone.
    public let retryAfter: Duration?

    public init(
        _ code: Code, _ operation: String, status: Int? = nil, detail: String, excerpt: String = "", advice: String,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.operation = operation
        self.status = status
        self.detail = detail
        self.excerpt = excerpt
        self.advice = advice
        self.retryAfter = retryAfter
    }

    /// Whether the same call can succeed later without anybody doing anything.
    public var isRetryable: Bool {
        switch self.code {
        case .refused, .conflict, .invalid, .misconfigured: false
        default: true
        }
    }

    /// Whether what was asked for may have happened all the same.
    public var mayHaveHappened: Bool {
        switch self.code {
        case .timedOut, .interrupted, .cancelled, .serverFailed, .unavailable, .garbled, .tooLarge: true
        default: false
        }
    }
}

extension BrokerError: CustomStringConvertible {
    public var description: String {
        let answer = self.excerpt.isEmpty ? "" : " (“\(self.excerpt)”)"
        return "broker: \(self.operation): \(self.detail)\(answer). \(self.advice)"
    }
}
