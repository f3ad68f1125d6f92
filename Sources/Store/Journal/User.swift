public import DeviceKit

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
