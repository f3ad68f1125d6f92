public import DeviceKit
import Protocols
import Store

/// One human act.
public struct AuditReport: Sendable, Hashable, Codable {
    public var sequence: Int64
    /// ISO 8601, UTC.
    public var time: String
    public var person: String
    public var act: String
    /// As JSON.
    public var detail: String
    public var hash: String

    init(_ entry: AuditEntry) {
        self.sequence = entry.sequence
        self.time = Moment(utc: entry.utc, boot: "", monotonic: 0).text
        self.person = entry.person
        self.act = entry.act
        self.detail = entry.detail.text()
        self.hash = entry.hash
    }
}

/// What a check of the audit trail found.
public struct AuditCheck: Sendable, Hashable, Codable {
    public var entries: Int64
    /// The first entry that does not follow from the one before; nil if the chain holds.
    public var brokenAt: Int64?
    /// Hash of the last entry. Noted elsewhere, it shows later that nothing was cut off.
    public var head: String

    init(_ verification: AuditVerification) {
        self.entries = verification.entries
        self.brokenAt = verification.brokenAt
        self.head = verification.head
    }
}

/// Somebody who may use the console.
public struct UserReport: Sendable, Hashable, Codable {
    public var name: String
    public var role: Role

    init(_ user: User) {
        self.name = user.name
        self.role = user.role
    }
}

/// A code by which a person becomes a user, shown this once.
public struct InvitationReport: Sendable, Hashable, Codable {
    public var code: String
    /// Empty where the person chooses a name.
    public var user: String
    public var role: Role
    public var hours: Int
}
