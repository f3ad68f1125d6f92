import GRDB
import Protocols

/// One row per capability of the broker.
enum CapabilityTable {
    static let create = """
        CREATE TABLE capability (
            quantity      TEXT NOT NULL,
            method        TEXT NOT NULL,
            input_schema  TEXT NOT NULL CHECK (json_valid(input_schema)),
            output_schema TEXT NOT NULL CHECK (json_valid(output_schema)),
            fetched_utc   INTEGER NOT NULL,
            PRIMARY KEY (quantity, method)
        ) STRICT
        """

    private static let upsert = """
        INSERT INTO capability (quantity, method, input_schema, output_schema, fetched_utc) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (quantity, method) DO UPDATE SET
            input_schema = excluded.input_schema, output_schema = excluded.output_schema,
            fetched_utc = excluded.fetched_utc
        """

    private static let selectOne = "SELECT * FROM capability WHERE quantity = ? AND method = ?"
    private static let selectAll = "SELECT * FROM capability ORDER BY quantity, method"

    static func upsert(_ capability: StoredCapability, utc: Int64, in database: Database) throws {
        try database.run(
            self.upsert,
            [
                capability.quantity, capability.method, capability.inputSchema.text(), capability.outputSchema.text(),
                utc,
            ])
    }

    static func capability(
        quantity: String, method: String, in database: Database
    ) throws -> StoredCapability? {
        try database.row(self.selectOne, [quantity, method]).map(self.capability)
    }

    static func all(in database: Database) throws -> [StoredCapability] {
        try database.rows(self.selectAll).map(self.capability)
    }

    private static func capability(_ row: Row) throws -> StoredCapability {
        StoredCapability(
            quantity: row["quantity"], method: row["method"], inputSchema: try row.json("input_schema") ?? .null,
            outputSchema: try row.json("output_schema") ?? .null)
    }
}
