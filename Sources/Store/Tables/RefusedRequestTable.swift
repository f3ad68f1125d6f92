import GRDB

/// One row per request that is left alone, and why.
enum RefusedRequestTable {
    static let create = """
        CREATE TABLE refused_request (
            request_uuid TEXT PRIMARY KEY NOT NULL,
            quantity     TEXT NOT NULL,
            method       TEXT NOT NULL,
            reason       TEXT NOT NULL,
            since_utc    INTEGER NOT NULL
        ) STRICT
        """

    private static let upsert = """
        INSERT INTO refused_request (request_uuid, quantity, method, reason, since_utc) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (request_uuid) DO UPDATE SET reason = excluded.reason WHERE reason <> excluded.reason
        """

    private static let delete = "DELETE FROM refused_request WHERE request_uuid = ?"
    private static let selectAll = "SELECT * FROM refused_request ORDER BY since_utc, request_uuid"

    static func upsert(_ request: RefusedRequest, in database: Database) throws {
        try database.run(
            self.upsert, [request.requestID, request.quantity, request.method, request.reason, request.since])
    }

    static func delete(_ requestID: String, in database: Database) throws {
        try database.run(self.delete, [requestID])
    }

    static func all(in database: Database) throws -> [RefusedRequest] {
        try database.rows(self.selectAll).map { row in
            RefusedRequest(
                requestID: row["request_uuid"], quantity: row["quantity"], method: row["method"],
                reason: row["reason"], since: row["since_utc"])
        }
    }
}
