import Store

/// One result on its way to the broker.
public struct OutboxEntry: Sendable, Hashable, Codable {
    public var id: String
    public var request: String
    public var quantity: String
    public var method: String
    public var state: String
    /// How often it was posted.
    public var attempts: Int
    /// The broker's id, once it is delivered.
    public var broker: String?
    public var reason: String
    public var sha256: String
    /// Whether what is kept still has its checksum.
    public var intact: Bool
    public var created: String
    public var changed: String

    init(_ item: OutboxItem) {
        self.id = item.id.description
        self.request = item.requestID
        self.quantity = item.quantity
        self.method = item.method
        self.state = item.state.rawValue
        self.attempts = item.attempt
        self.broker = item.brokerResultID
        self.reason = item.reason
        self.sha256 = item.sha256
        self.intact = item.isIntact
        self.created = item.created.text
        self.changed = item.changed.text
    }
}

/// What a check of all kept results found.
public struct OutboxCheck: Sendable, Hashable, Codable {
    public var results: Int
    /// Ids of results that do not read back as they were written.
    public var damaged: [String]
}

/// What the agent leaves alone, and why.
public struct PendingReport: Sendable, Hashable, Codable {
    public struct Request: Sendable, Hashable, Codable {
        public var request: String
        public var quantity: String
        public var method: String
        public var reason: String
        /// ISO 8601, UTC.
        public var since: String

        init(_ request: RefusedRequest) {
            self.request = request.requestID
            self.quantity = request.quantity
            self.method = request.method
            self.reason = request.reason
            self.since = Moment(utc: request.since, boot: "", monotonic: 0).text
        }
    }

    /// Why the lab takes nothing at all, if so.
    public var obstacle: String?
    /// Whether it was halted and not released yet.
    public var halted: Bool
    public var requests: [Request]
    /// Bottles that do not suffice for all requests that wait; nil where no agent runs.
    public var shortages: [ForeseenShortage]?
}
