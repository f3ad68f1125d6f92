import GRDB

/// Count, extremes and sum per minute or hour, kept up to date with every reading.
struct RollUpTable {
    static let minute = RollUpTable(
        width: 60_000_000, create: Self.createMinute, upsert: Self.upsertMinute, select: Self.selectMinute)
    static let hour = RollUpTable(
        width: 3_600_000_000, create: Self.createHour, upsert: Self.upsertHour, select: Self.selectHour)

    /// In microseconds.
    let width: Int64
    let create: String
    private let upsert: String
    private let select: String

    private init(width: Int64, create: String, upsert: String, select: String) {
        self.width = width
        self.create = create
        self.upsert = upsert
        self.select = select
    }

    private static let createMinute = """
        CREATE TABLE minute (
            series  INTEGER NOT NULL REFERENCES series (id),
            start   INTEGER NOT NULL,
            count   INTEGER NOT NULL,
            minimum REAL NOT NULL,
            maximum REAL NOT NULL,
            total   REAL NOT NULL,
            quality INTEGER NOT NULL,
            PRIMARY KEY (series, start)
        ) STRICT, WITHOUT ROWID
        """

    private static let createHour = """
        CREATE TABLE hour (
            series  INTEGER NOT NULL REFERENCES series (id),
            start   INTEGER NOT NULL,
            count   INTEGER NOT NULL,
            minimum REAL NOT NULL,
            maximum REAL NOT NULL,
            total   REAL NOT NULL,
            quality INTEGER NOT NULL,
            PRIMARY KEY (series, start)
        ) STRICT, WITHOUT ROWID
        """

    private static let upsertMinute = """
        INSERT INTO minute (series, start, count, minimum, maximum, total, quality) VALUES (?1, ?2, 1, ?3, ?3, ?3, ?4)
        ON CONFLICT (series, start) DO UPDATE SET
            count = count + 1, minimum = min(minimum, excluded.minimum), maximum = max(maximum, excluded.maximum),
            total = total + excluded.total, quality = max(quality, excluded.quality)
        """

    private static let upsertHour = """
        INSERT INTO hour (series, start, count, minimum, maximum, total, quality) VALUES (?1, ?2, 1, ?3, ?3, ?3, ?4)
        ON CONFLICT (series, start) DO UPDATE SET
            count = count + 1, minimum = min(minimum, excluded.minimum), maximum = max(maximum, excluded.maximum),
            total = total + excluded.total, quality = max(quality, excluded.quality)
        """

    private static let selectMinute = """
        SELECT
            min(start) AS time, sum(count) AS count, min(minimum) AS minimum, max(maximum) AS maximum,
            sum(total) AS total, max(quality) AS quality
        FROM minute WHERE series = ?1 AND start >= ?2 AND start < ?3 GROUP BY (start - ?2) / ?4 ORDER BY 1
        """

    private static let selectHour = """
        SELECT
            min(start) AS time, sum(count) AS count, min(minimum) AS minimum, max(maximum) AS maximum,
            sum(total) AS total, max(quality) AS quality
        FROM hour WHERE series = ?1 AND start >= ?2 AND start < ?3 GROUP BY (start - ?2) / ?4 ORDER BY 1
        """

    func add(_ reading: Reading, series: Int64, in database: Database) throws {
        try database.run(self.upsert, [series, self.start(of: reading.time), reading.value, reading.quality.rawValue])
    }

    /// - Parameter step: width of a span, a multiple of the table's own.
    func spans(
        series: Int64, from start: Int64, to end: Int64, step: Int64, in database: Database
    ) throws -> [ReadingSpan] {
        try database.rows(self.select, [series, self.start(of: start), end, step]).map(ReadingSpan.init)
    }

    /// Begin of the minute or hour that `time` falls into.
    private func start(of time: Int64) -> Int64 {
        let rest = time % self.width
        return time - (rest < 0 ? rest + self.width : rest)
    }
}
