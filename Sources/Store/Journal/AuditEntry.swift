public import Protocols

/// One human act, chained to the one before by its hash.
public struct AuditEntry: Sendable, Hashable {
    /// From 1, without gaps.
    public let sequence: Int64
    /// Microseconds since 1970 UTC.
    public let utc: Int64
    public let person: String
    /// What was done, `answer prompt` for example.
    public let act: String
    public let detail: JSONValue
    /// SHA-256 over the hash before and the fields of this entry, in hexadecimal.
    public let hash: String
}

/// What a check of the audit trail found.
public struct AuditVerification: Sendable, Hashable {
    public let entries: Int64
    /// The first entry that does not follow from the one before; nil if the chain holds.
    public let brokenAt: Int64?
    /// Hash of the last entry. Noted elsewhere, it shows later that nothing was cut off.
    public let head: String

    public var isSound: Bool { self.brokenAt == nil }
}
