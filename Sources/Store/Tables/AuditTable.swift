import Crypto
import GRDB
import Protocols

/// One row per human act; rows can only be added.
enum AuditTable {
    static let create = """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY NOT NULL,
            utc      INTEGER NOT NULL,
            person   TEXT NOT NULL,
            act      TEXT NOT NULL,
            detail   TEXT NOT NULL,
            hash     TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
            BEGIN SELECT raise(ABORT, 'the audit trail can only grow'); END;
        CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
            BEGIN SELECT raise(ABORT, 'the audit trail can only grow'); END;
        """

    private static let insert = """
        INSERT INTO audit (sequence, utc, person, act, detail, hash) VALUES (?, ?, ?, ?, ?, ?)
        """

    private static let selectLast = "SELECT * FROM audit ORDER BY sequence DESC LIMIT 1"
    private static let selectNewest = "SELECT * FROM audit ORDER BY sequence DESC LIMIT ?"
    private static let selectFrom = "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"

    /// What the first entry follows.
    private static let origin = String(repeating: "0", count: 64)

    static func append(
        person: String, act: String, detail: JSONValue, utc: Int64, in database: Database
    ) throws -> AuditEntry {
        let last = try database.row(self.selectLast)
        let sequence = (last?["sequence"] as Int64? ?? 0) + 1
        let text = detail.text(.canonical)
        let hash = self.hash(
            after: last?["hash"] ?? self.origin, sequence: sequence, utc: utc, person: person, act: act, detail: text)
        try database.run(self.insert, [sequence, utc, person, act, text, hash])
        return AuditEntry(sequence: sequence, utc: utc, person: person, act: act, detail: detail, hash: hash)
    }

    static func entries(after sequence: Int64, limit: Int, in database: Database) throws -> [AuditEntry] {
        try database.rows(self.selectFrom, [sequence, limit]).map(self.entry)
    }

    static func newest(limit: Int, in database: Database) throws -> [AuditEntry] {
        try database.rows(self.selectNewest, [limit]).map(self.entry)
    }

    private static func entry(_ row: Row) throws -> AuditEntry {
        AuditEntry(
            sequence: row["sequence"], utc: row["utc"], person: row["person"], act: row["act"],
            detail: try row.json("detail") ?? .null, hash: row["hash"])
    }

    static func verify(in database: Database) throws -> AuditVerification {
        var (count, hash) = (Int64(0), self.origin)
        let cursor = try Row.fetchCursor(database, sql: "SELECT * FROM audit ORDER BY sequence")
        while let row = try cursor.next() {
            let expected = self.hash(
                after: hash, sequence: count + 1, utc: row["utc"], person: row["person"], act: row["act"],
                detail: row["detail"])
            let sequence: Int64 = row["sequence"]
            guard sequence == count + 1, expected == row["hash"] else {
                return AuditVerification(entries: count, brokenAt: sequence, head: hash)
            }
            (count, hash) = (sequence, expected)
        }
        return AuditVerification(entries: count, brokenAt: nil, head: hash)
    }

    /// Every field is preceded by its length, so that no two entries give the same bytes.
    private static func hash(
        after previous: String, sequence: Int64, utc: Int64, person: String, act: String, detail: String
    ) -> String {
        var hash = SHA256()
        for field in [previous, "\(sequence)", "\(utc)", person, act, detail] {
            hash.update(data: Array("\(field.utf8.count):\(field)".utf8))
        }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
