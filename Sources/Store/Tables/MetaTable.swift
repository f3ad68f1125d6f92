import GRDB

/// Single facts by name.
enum MetaTable {
    static let create = """
        CREATE TABLE meta (
            key   TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT
        """

    private static let select = "SELECT value FROM meta WHERE key = ?"

    private static let upsert = """
        INSERT INTO meta (key, value) VALUES (?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """

    static func value(_ key: String, in database: Database) throws -> String? {
        try database.row(self.select, [key])?["value"]
    }

    static func exchange(_ key: String, with value: String, in database: Database) throws -> String? {
        let old = try self.value(key, in: database)
        try database.run(self.upsert, [key, value])
        return old
    }
}
