import GRDB
import Protocols

/// One row per calibration.
enum CalibrationTable {
    static let create = """
        CREATE TABLE calibration (
            id                   TEXT PRIMARY KEY NOT NULL,
            kind                 TEXT NOT NULL,
            subject              TEXT NOT NULL,
            value                REAL NOT NULL,
            uncertainty          REAL NOT NULL CHECK (uncertainty >= 0),
            unit                 TEXT NOT NULL,
            is_passed            INTEGER NOT NULL CHECK (is_passed IN (0, 1)),
            detail               TEXT NOT NULL CHECK (json_valid(detail)),
            run                  TEXT NOT NULL REFERENCES run (id),
            person               TEXT NOT NULL,
            determined_utc       INTEGER NOT NULL,
            determined_boot      TEXT NOT NULL,
            determined_monotonic INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX calibration_subject ON calibration (kind, subject, id);
        """

    /// One that was not passed may have no value.
    static let allowNoValue = [
        """
        CREATE TABLE calibration_2 (
            id                   TEXT PRIMARY KEY NOT NULL,
            kind                 TEXT NOT NULL,
            subject              TEXT NOT NULL,
            value                REAL CHECK (value IS NOT NULL OR is_passed = 0),
            uncertainty          REAL CHECK (uncertainty >= 0),
            unit                 TEXT NOT NULL,
            is_passed            INTEGER NOT NULL CHECK (is_passed IN (0, 1)),
            detail               TEXT NOT NULL CHECK (json_valid(detail)),
            run                  TEXT NOT NULL REFERENCES run (id),
            person               TEXT NOT NULL,
            determined_utc       INTEGER NOT NULL,
            determined_boot      TEXT NOT NULL,
            determined_monotonic INTEGER NOT NULL,
            CHECK ((value IS NULL) = (uncertainty IS NULL))
        ) STRICT
        """,
        "INSERT INTO calibration_2 SELECT * FROM calibration",
        "DROP TABLE calibration",
        "ALTER TABLE calibration_2 RENAME TO calibration",
        "CREATE INDEX calibration_subject ON calibration (kind, subject, id)",
    ]

    private static let insert = """
        INSERT INTO calibration (
            id, kind, subject, value, uncertainty, unit, is_passed, detail, run, person,
            determined_utc, determined_boot, determined_monotonic)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let selectOne = "SELECT * FROM calibration WHERE id = ?"
    private static let selectPage = "SELECT * FROM calibration WHERE id < ? ORDER BY id DESC LIMIT ?"
    private static let selectCurrent = """
        SELECT * FROM calibration AS one
        WHERE id = (
            SELECT max(id) FROM calibration
            WHERE kind = one.kind AND subject = one.subject AND is_passed = one.is_passed)
        ORDER BY kind, subject, id
        """
    private static let selectNewest = "SELECT id FROM calibration ORDER BY id DESC LIMIT 8"

    static func insert(_ calibration: Calibration, in database: Database) throws {
        try database.run(
            self.insert,
            [
                calibration.id.description, calibration.kind, calibration.subject, calibration.value,
                calibration.uncertainty, calibration.unit, calibration.isPassed ? 1 : 0, calibration.detail.text(),
                calibration.run.description, calibration.person, calibration.determined.utc,
                calibration.determined.boot, calibration.determined.monotonic,
            ])
    }

    static func calibration(_ id: UUIDv7, in database: Database) throws -> Calibration? {
        try database.row(self.selectOne, [id.description]).map(self.calibration)
    }

    static func page(before id: UUIDv7?, limit: Int, in database: Database) throws -> [Calibration] {
        try database.rows(self.selectPage, [id?.description ?? "g", limit]).map(self.calibration)
    }

    static func current(in database: Database) throws -> [Calibration] {
        try database.rows(self.selectCurrent).map(self.calibration)
    }

    static func newestID(in database: Database) throws -> UUIDv7? {
        try database.rows(self.selectNewest).compactMap { UUIDv7(parsing: $0["id"] as String) }.max()
    }

    private static func calibration(_ row: Row) throws -> Calibration {
        Calibration(
            id: try row.id("id"), kind: row["kind"], subject: row["subject"], value: row["value"],
            uncertainty: row["uncertainty"], unit: row["unit"], isPassed: row["is_passed"] == 1,
            detail: try row.json("detail") ?? .null, run: try row.id("run"), person: row["person"],
            determined: row.moment("determined"))
    }
}
