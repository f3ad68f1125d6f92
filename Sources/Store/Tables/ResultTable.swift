import GRDB
import Protocols

/// One row per result, written once and never changed.
enum ResultTable {
    static let create = """
        CREATE TABLE result (
            id                TEXT PRIMARY KEY NOT NULL,
            run               TEXT REFERENCES run (id),
            request_uuid      TEXT NOT NULL,
            quantity          TEXT NOT NULL,
            method            TEXT NOT NULL,
            payload           TEXT NOT NULL,
            sha256            TEXT NOT NULL,
            crc32c            INTEGER NOT NULL,
            created_utc       INTEGER NOT NULL,
            created_boot      TEXT NOT NULL,
            created_monotonic INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX result_run ON result (run);
        """

    private static let insert = """
        INSERT INTO result (
            id, run, request_uuid, quantity, method, payload, sha256, crc32c,
            created_utc, created_boot, created_monotonic)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let selectNewest = "SELECT id FROM result ORDER BY id DESC LIMIT 8"

    static func insert(_ result: NewResult, run: UUIDv7?, at moment: Moment, in database: Database) throws {
        let payload = result.payload.text()
        try database.run(
            self.insert,
            [
                result.id.description, run?.description, result.requestID, result.quantity, result.method, payload,
                result.sha256, Int64(CRC32C.checksum(payload.utf8)), moment.utc, moment.boot, moment.monotonic,
            ])
    }

    static func newestID(in database: Database) throws -> UUIDv7? {
        try database.rows(self.selectNewest).compactMap { UUIDv7(parsing: $0["id"] as String) }.max()
    }
}
