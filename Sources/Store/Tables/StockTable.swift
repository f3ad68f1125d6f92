import GRDB
import Protocols

/// One row per reservoir, vial or syringe.
enum StockTable {
    static let create = """
        CREATE TABLE stock (
            key               TEXT PRIMARY KEY NOT NULL,
            value             TEXT NOT NULL CHECK (json_valid(value)),
            revision          INTEGER NOT NULL,
            changed_utc       INTEGER NOT NULL,
            changed_boot      TEXT NOT NULL,
            changed_monotonic INTEGER NOT NULL
        ) STRICT
        """

    private static let upsert = """
        INSERT INTO stock (key, value, revision, changed_utc, changed_boot, changed_monotonic) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET
            value = excluded.value, revision = excluded.revision, changed_utc = excluded.changed_utc,
            changed_boot = excluded.changed_boot, changed_monotonic = excluded.changed_monotonic
        """

    private static let selectRevision = "SELECT revision FROM stock WHERE key = ?"
    private static let selectOne = "SELECT * FROM stock WHERE key = ?"
    private static let selectAll = "SELECT * FROM stock ORDER BY key"

    @discardableResult
    static func apply(_ change: StockChange, at moment: Moment, in database: Database) throws -> Int64 {
        let revision: Int64 = try database.row(self.selectRevision, [change.key])?["revision"] ?? 0
        if let expected = change.expectedRevision, expected != revision {
            throw StoreError(
                .staleRevision, "set stock \(change.key)", "it has revision \(revision), not \(expected)",
                advice: "Read it again and decide anew.")
        }
        try database.run(
            self.upsert,
            [change.key, change.value.text(), revision + 1, moment.utc, moment.boot, moment.monotonic])
        return revision + 1
    }

    static func stock(_ key: String, in database: Database) throws -> Stock? {
        try database.row(self.selectOne, [key]).map(self.stock)
    }

    static func all(in database: Database) throws -> [Stock] {
        try database.rows(self.selectAll).map(self.stock)
    }

    private static func stock(_ row: Row) throws -> Stock {
        Stock(
            key: row["key"], value: try row.json("value") ?? .null, revision: row["revision"],
            changed: row.moment("changed"))
    }
}
