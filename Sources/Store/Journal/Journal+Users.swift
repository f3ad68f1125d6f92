public import DeviceKit
import Protocols

/// Who may use the console. What a person does here stands in the audit trail, in the same transaction.
extension Journal {
    public func users() async throws(StoreError) -> [User] {
        try await self.read("list users") { try UserTable.all(in: $0) }
    }

    public func user(_ name: String) async throws(StoreError) -> User? {
        try await self.read("read user \(name)") { try UserTable.user(name, in: $0) }
    }

    /// Lets whoever has a secret become a user. A new invitation of the same name replaces the one before.
    ///
    /// - Parameters:
    ///   - hash: of the secret.
    ///   - name: empty where the person chooses one.
    ///   - person: who invites; nil for the agent itself, which is no human act.
    public func invite(
        _ hash: String, name: String, role: Role, for duration: Duration, by person: String?
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("invite \(name)") { database in
            guard try UserTable.user(name, in: database) == nil else {
                throw StoreError(
                    .duplicate, "invite \(name)", "there is a user of this name", advice: "Remove that user first.")
            }
            try PassTable.deleteAll(of: name, in: database)
            try PassTable.insert(
                hash, .enrolment, user: name, role: role, from: moment.utc, until: moment.advanced(by: duration).utc,
                in: database)
            guard let person else { return }
            _ = try AuditTable.append(
                person: person, act: "invite user", detail: ["user": .string(name), "role": .string(role.rawValue)],
                utc: moment.utc, in: database)
        }
    }

    /// Makes the holder of an invitation a user; the invitation is used up.
    ///
    /// - Parameter name: of the person's choice; where the invitation names one, that counts.
    /// - Throws: `notFound` for an invitation that is unknown, used or over; `duplicate` for a name that is taken.
    public func enrol(
        _ hash: String, name: String, passwordHash: String
    ) async throws(StoreError) -> User {
        let moment = self.now()
        return try await self.commit("enrol \(name)") { database in
            guard let invited = try PassTable.holder(hash, .enrolment, at: moment.utc, in: database) else {
                throw StoreError(
                    .notFound, "enrol \(name)", "this code is not known, was used, or is over",
                    advice: "Ask for another: `edge-agent users invite`.")
            }
            let user = User(
                name: invited.user.isEmpty ? name : invited.user, role: invited.role, passwordHash: passwordHash)
            try UserTable.insert(user, in: database)
            try PassTable.delete(hash, in: database)
            _ = try AuditTable.append(
                person: user.name, act: "enrol", detail: ["role": .string(user.role.rawValue)], utc: moment.utc,
                in: database)
            return user
        }
    }

    public func setRole(_ role: Role, of name: String, by person: String) async throws(StoreError) {
        let utc = self.now().utc
        try await self.commit("make \(name) \(role.rawValue)") { database in
            try UserTable.setRole(role, of: name, in: database)
            _ = try AuditTable.append(
                person: person, act: "change role", detail: ["user": .string(name), "role": .string(role.rawValue)],
                utc: utc, in: database)
        }
    }

    /// Removes a user, whose sessions and invitations end.
    public func removeUser(_ name: String, by person: String) async throws(StoreError) {
        let utc = self.now().utc
        try await self.commit("remove user \(name)") { database in
            try UserTable.delete(name, in: database)
            try PassTable.deleteAll(of: name, in: database)
            _ = try AuditTable.append(
                person: person, act: "remove user", detail: ["user": .string(name)], utc: utc, in: database)
        }
    }

    // MARK: Sessions

    /// - Parameter hash: of the secret that the browser keeps.
    public func openSession(_ hash: String, of user: User, for duration: Duration) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("sign \(user.name) in") { database in
            try PassTable.insert(
                hash, .session, user: user.name, role: user.role, from: moment.utc,
                until: moment.advanced(by: duration).utc, in: database)
            _ = try AuditTable.append(person: user.name, act: "sign in", detail: [:], utc: moment.utc, in: database)
        }
    }

    /// Whose session it is, with the role that the person has now; nil if it is unknown or over.
    public func session(_ hash: String) async throws(StoreError) -> User? {
        let utc = self.now().utc
        return try await self.read("look for a session") { database in
            try PassTable.holder(hash, .session, at: utc, in: database).flatMap {
                try UserTable.user($0.user, in: database)
            }
        }
    }

    public func closeSession(_ hash: String) async throws(StoreError) {
        try await self.commit("sign out") { try PassTable.delete(hash, in: $0) }
    }
}
