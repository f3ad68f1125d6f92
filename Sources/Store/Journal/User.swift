/// What a person may do at the console; each role includes the ones before it.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Looks.
    case viewer
    /// Answers, refills, stops and releases.
    case `operator`
    /// Also reads the audit trail.
    case engineer

    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Somebody who may use the console.
public struct User: Sendable, Hashable {
    /// As the audit trail shows it.
    public let name: String
    public let role: Role
    /// A slow hash of the password, never the password.
    public let passwordHash: String

    public init(name: String, role: Role, passwordHash: String) {
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
    }
}
