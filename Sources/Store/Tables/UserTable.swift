import DeviceKit
import GRDB

/// One row per person who may use the console.
enum UserTable {
    static let create = """
        CREATE TABLE user (
            name          TEXT PRIMARY KEY NOT NULL,
            role          TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'engineer')),
            password_hash TEXT NOT NULL
        ) STRICT
        """

    private static let insert = "INSERT INTO user (name, role, password_hash) VALUES (?, ?, ?)"
    private static let updateRole = "UPDATE user SET role = ? WHERE name = ?"
    private static let delete = "DELETE FROM user WHERE name = ?"
    private static let selectAll = "SELECT * FROM user ORDER BY name"
    private static let selectOne = "SELECT * FROM user WHERE name = ?"

    static func insert(_ user: User, in database: Database) throws {
        guard try self.user(user.name, in: database) == nil else {
            throw StoreError(
                .duplicate, "add user \(user.name)", "there is a user of this name",
                advice: "Choose another name, or remove that user first.")
        }
        try database.run(self.insert, [user.name, user.role.rawValue, user.passwordHash])
    }

    static func setRole(_ role: Role, of name: String, in database: Database) throws {
        guard try database.run(self.updateRole, [role.rawValue, name]) == 1 else { throw self.missing(name) }
    }

    static func delete(_ name: String, in database: Database) throws {
        guard try database.run(self.delete, [name]) == 1 else { throw self.missing(name) }
    }

    static func user(_ name: String, in database: Database) throws -> User? {
        try database.row(self.selectOne, [name]).flatMap(self.user)
    }

    static func all(in database: Database) throws -> [User] {
        try database.rows(self.selectAll).compactMap(self.user)
    }

    private static func user(_ row: Row) -> User? {
        Role(rawValue: row["role"]).map { User(name: row["name"], role: $0, passwordHash: row["password_hash"]) }
    }

    private static func missing(_ name: String) -> StoreError {
        StoreError(
            .notFound, "change user \(name)", "there is no such user", advice: "See `edge-agent users`.")
    }
}
