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

    static func insert(_ result: WrittenResult, run: UUIDv7?, at moment: Moment, in database: Database) throws {
        try database.run(
            self.insert,
            [
                result.id, run?.description, result.requestID, result.quantity, result.method, result.payload,
                result.sha256, result.checksum, moment.utc, moment.boot, moment.monotonic,
            ])
    }

    static func newestID(in database: Database) throws -> UUIDv7? {
        try database.rows(self.selectNewest).compactMap { UUIDv7(parsing: $0["id"] as String) }.max()
    }
}

/// A result as it goes into its row. Made by whoever brings the result, so that the one writer has less to do.
struct WrittenResult: Sendable {
    let id: String
    let requestID: String
    let quantity: String
    let method: String
    let payload: String
    let sha256: String
    let checksum: Int64

    init(_ result: NewResult) {
        self.id = result.id.description
        self.requestID = result.requestID
        self.quantity = result.quantity
        self.method = result.method
        self.payload = result.payload.text()
        self.sha256 = result.sha256
        self.checksum = Int64(CRC32C.checksum(self.payload.utf8))
    }
}
