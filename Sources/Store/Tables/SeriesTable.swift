import GRDB

/// One row per series.
enum SeriesTable {
    static let create = """
        CREATE TABLE series (
            id   INTEGER PRIMARY KEY NOT NULL,
            name TEXT NOT NULL UNIQUE,
            unit TEXT NOT NULL
        ) STRICT
        """

    private static let insert = "INSERT OR IGNORE INTO series (name, unit) VALUES (?, ?)"
    private static let selectOne = "SELECT id, unit FROM series WHERE name = ?"
    private static let selectAll = "SELECT name, unit FROM series ORDER BY name"

    static func series(_ name: String, in database: Database) throws -> (id: Int64, unit: String)? {
        try database.row(self.selectOne, [name]).map { ($0["id"], $0["unit"]) }
    }

    static func makeID(_ name: String, unit: String, in database: Database) throws -> Int64 {
        if let series = try self.series(name, in: database) { return series.id }
        try database.run(self.insert, [name, unit])
        return database.lastInsertedRowID
    }

    static func all(in database: Database) throws -> [(name: String, unit: String)] {
        try database.rows(self.selectAll).map { ($0["name"], $0["unit"]) }
    }
}
