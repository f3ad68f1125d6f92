import DeviceKit
import Store

/// Who asks for a page.
struct Visitor: Sendable {
    /// Nil before signing in.
    let user: User?
    /// What the browser's cookie holds; nil for one that has none yet.
    let secret: Secret
    /// Whether the browser has to be given the secret with the answer.
    let isNew: Bool
    /// The cookie's name.
    let cookie: String
    /// Whether the browser runs on this machine, without a proxy in between.
    let isHere: Bool

    /// What every form has to carry.
    var formKey: String { self.secret.formKey }
    var role: Role? { self.user?.role }

    /// Whoever stands at the machine may stop it; elsewhere one has to sign in.
    var mayHalt: Bool { self.isHere || self.may(.operator) }
    func may(_ role: Role) -> Bool { self.role.map { $0 >= role } ?? false }
}
