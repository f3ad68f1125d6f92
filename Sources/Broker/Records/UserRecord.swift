import GRDB
import Protocols

/// A row of the user database.
struct UserRecord: Sendable {
    var username: String
    var uuid: String
    /// A bcrypt hash.
    var password: String
    var usergroups: [String]
}

extension RecordBook {
    /// The rows with this name; more than one is an error of whoever filled the database.
    func users(named name: String) async throws -> [UserRecord] {
        try await self.users.read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT username, uuid, password, usergroups FROM users WHERE username = ?")
            return try Row.fetchAll(statement, arguments: [name]).map { row in
                UserRecord(
                    username: row["username"], uuid: row["uuid"], password: row["password"],
                    usergroups: PythonText.texts(ofList: row["usergroups"]))
            }
        }
    }

    /// Adds a user unless the name exists.
    func add(_ user: UserRecord) throws {
        let now = self.clock.localText
        try self.users.write { database in
            try database.execute(
                sql: """
                    INSERT INTO users (username, uuid, password, usergroups, timestamp_added, timestamp_lastEdited)
                    SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM users WHERE username = ?)
                    """,
                arguments: [
                    user.username, user.uuid, user.password, PythonText.list(user.usergroups), now, now, user.username,
                ])
        }
    }

    func hasUser(named name: String) throws -> Bool {
        try self.users.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM users WHERE username = ?)", arguments: [name]) ?? false
        }
    }
}
