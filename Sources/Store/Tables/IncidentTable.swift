import GRDB
import Protocols

/// One row per incident.
enum IncidentTable {
    static let create = """
        CREATE TABLE incident (
            id                 TEXT PRIMARY KEY NOT NULL,
            kind               TEXT NOT NULL,
            detail             TEXT NOT NULL CHECK (json_valid(detail)),
            occurred_utc       INTEGER NOT NULL,
            occurred_boot      TEXT NOT NULL,
            occurred_monotonic INTEGER NOT NULL,
            acknowledged_by    TEXT NOT NULL DEFAULT '',
            acknowledged_utc   INTEGER
        ) STRICT;
        CREATE INDEX incident_kind ON incident (kind, acknowledged_by);
        """

    private static let insert = """
        INSERT INTO incident (id, kind, detail, occurred_utc, occurred_boot, occurred_monotonic)
        VALUES (?, ?, ?, ?, ?, ?)
        """

    private static let acknowledge = """
        UPDATE incident SET acknowledged_by = ?, acknowledged_utc = ? WHERE id = ? AND acknowledged_by = ''
        """

    private static let selectOne = "SELECT * FROM incident WHERE id = ?"
    private static let selectOpen = "SELECT * FROM incident WHERE kind = ? AND acknowledged_by = '' ORDER BY id"
    private static let selectPage = "SELECT * FROM incident WHERE id < ? ORDER BY id DESC LIMIT ?"
    private static let selectNewest = "SELECT id FROM incident ORDER BY id DESC LIMIT 8"

    static func insert(_ incident: Incident, in database: Database) throws {
        try database.run(
            self.insert,
            [
                incident.id.description, incident.kind.rawValue, incident.detail.text(), incident.occurred.utc,
                incident.occurred.boot, incident.occurred.monotonic,
            ])
    }

    static func acknowledge(_ id: UUIDv7, by person: String, at moment: Moment, in database: Database) throws {
        guard try database.run(self.acknowledge, [person, moment.utc, id.description]) == 0 else { return }
        let operation = "acknowledge incident \(id)"
        guard try database.row(self.selectOne, [id.description]) != nil else { throw StoreError.missing(operation) }
        throw StoreError.illegal(operation, from: "acknowledged", to: "acknowledged")
    }

    static func open(_ kind: Incident.Kind, in database: Database) throws -> [Incident] {
        try database.rows(self.selectOpen, [kind.rawValue]).map(self.incident)
    }

    static func page(before id: UUIDv7?, limit: Int, in database: Database) throws -> [Incident] {
        try database.rows(self.selectPage, [id?.description ?? "g", limit]).map(self.incident)
    }

    static func newestID(in database: Database) throws -> UUIDv7? {
        try database.rows(self.selectNewest).compactMap { UUIDv7(parsing: $0["id"] as String) }.max()
    }

    private static func incident(_ row: Row) throws -> Incident {
        Incident(
            id: try row.id("id"), kind: try row.state("kind"), detail: try row.json("detail") ?? .null,
            occurred: row.moment("occurred"), acknowledgedBy: row["acknowledged_by"])
    }
}
