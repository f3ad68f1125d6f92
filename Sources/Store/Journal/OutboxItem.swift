/// A result and how far it has come.
public struct OutboxItem: Sendable, Hashable, Identifiable {
    /// The result's id.
    public let id: UUIDv7
    /// The run that made it; nil if none did.
    public let run: UUIDv7?
    public let requestID: String
    public let quantity: String
    public let method: String
    /// The body of the post, as it was when the result was kept.
    public let payload: String
    /// In hexadecimal; by it the result is recognised at the broker.
    public let sha256: String
    /// Whether the payload still has the checksum it was stored with.
    public let isIntact: Bool
    public let state: OutboxState
    /// How often it was posted.
    public let attempt: Int
    /// The broker's id of the result, once it is delivered.
    public let brokerResultID: String?
    /// Why it is in this state; empty if there is nothing to say.
    public let reason: String
    /// The HTTP status of the last unclear answers, and how many in a row had it.
    public let lastStatus: Int?
    public let lastStatusCount: Int
    public let created: Moment
    public let changed: Moment
}

/// What a check of all results found.
public struct OutboxVerification: Sendable, Hashable {
    public let count: Int
    /// Ids, as stored, of results that do not read back as they were written.
    public let damaged: [String]
}

/// How many results stand where.
public struct OutboxCounts: Sendable, Hashable {
    public let counts: [OutboxState: Int]

    public subscript(state: OutboxState) -> Int { self.counts[state] ?? 0 }
    /// Results that still have to reach the broker by themselves.
    public var open: Int { self[.ready] + self[.sending] + self[.ambiguous] }
}
