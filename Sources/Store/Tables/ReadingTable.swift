import GRDB

/// Raw readings. Of two with the same time the first counts.
enum ReadingTable {
    static let create = """
        CREATE TABLE reading (
            series  INTEGER NOT NULL REFERENCES series (id),
            time    INTEGER NOT NULL,
            value   REAL NOT NULL,
            quality INTEGER NOT NULL,
            PRIMARY KEY (series, time)
        ) STRICT, WITHOUT ROWID
        """

    private static let insert = "INSERT OR IGNORE INTO reading (series, time, value, quality) VALUES (?, ?, ?, ?)"

    private static let select = """
        SELECT time, 1 AS count, value AS minimum, value AS maximum, value AS total, quality FROM reading
        WHERE series = ? AND time >= ? AND time < ? ORDER BY time
        """

    private static let selectNewest = """
        SELECT time, 1 AS count, value AS minimum, value AS maximum, value AS total, quality FROM reading
        WHERE series = ? ORDER BY time DESC LIMIT 1
        """

    private static let delete = """
        DELETE FROM reading WHERE (series, time) IN (SELECT series, time FROM reading WHERE series = ? AND time < ? LIMIT ?)
        """

    /// - Returns: whether it was new.
    static func insert(_ reading: Reading, series: Int64, in database: Database) throws -> Bool {
        try 1 == database.run(self.insert, [series, reading.time, reading.value, reading.quality.rawValue])
    }

    static func spans(series: Int64, from start: Int64, to end: Int64, in database: Database) throws -> [ReadingSpan] {
        try database.rows(self.select, [series, start, end]).map(ReadingSpan.init)
    }

    static func newest(series: Int64, in database: Database) throws -> ReadingSpan? {
        try database.row(self.selectNewest, [series]).map(ReadingSpan.init)
    }

    static func delete(series: Int64, before time: Int64, limit: Int, in database: Database) throws -> Int {
        try database.run(self.delete, [series, time, limit])
    }
}

extension ReadingSpan {
    init(_ row: Row) {
        let count: Int = row["count"]
        let total: Double = row["total"]
        self.init(
            time: row["time"], count: count, minimum: row["minimum"], maximum: row["maximum"],
            mean: total / Double(max(1, count)), quality: ReadingQuality(rawValue: row["quality"]) ?? .bad)
    }
}
