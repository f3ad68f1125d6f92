import DeviceKit
import GRDB

/// One row per secret that opens the console for a while: a signed-in browser's, or one by which a person becomes a
/// user. Only the secrets' hashes stand here.
enum PassTable {
    enum Kind: String {
        case session, enrolment
    }

    static let create = """
        CREATE TABLE pass (
            hash        TEXT PRIMARY KEY NOT NULL,
            kind        TEXT NOT NULL CHECK (kind IN ('session', 'enrolment')),
            user        TEXT NOT NULL,
            role        TEXT NOT NULL,
            expires_utc INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX pass_user ON pass (user);
        """

    private static let insert = "INSERT INTO pass (hash, kind, user, role, expires_utc) VALUES (?, ?, ?, ?, ?)"
    private static let select = "SELECT * FROM pass WHERE hash = ? AND kind = ? AND expires_utc > ?"
    private static let delete = "DELETE FROM pass WHERE hash = ?"
    private static let deleteOfUser = "DELETE FROM pass WHERE user = ?"
    private static let deleteExpired = "DELETE FROM pass WHERE expires_utc <= ?"

    /// Replaces what is over.
    static func insert(
        _ hash: String, _ kind: Kind, user: String, role: Role, from utc: Int64, until expiry: Int64,
        in database: Database
    ) throws {
        try database.run(self.deleteExpired, [utc])
        try database.run(self.insert, [hash, kind.rawValue, user, role.rawValue, expiry])
    }

    /// For whom a pass is that is not over; nil for every other hash. The name is empty where its holder chooses one.
    static func holder(
        _ hash: String, _ kind: Kind, at utc: Int64, in database: Database
    ) throws -> (user: String, role: Role)? {
        guard let row = try database.row(self.select, [hash, kind.rawValue, utc]),
            let role = Role(rawValue: row["role"])
        else { return nil }
        return (row["user"], role)
    }

    static func delete(_ hash: String, in database: Database) throws { try database.run(self.delete, [hash]) }
    static func deleteAll(of user: String, in database: Database) throws {
        try database.run(self.deleteOfUser, [user])
    }
}
