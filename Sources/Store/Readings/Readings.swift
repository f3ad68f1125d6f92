import GRDB

/// Time series of readings, with roll-ups per minute and hour that are written as the readings come, so that neither
/// a plot nor a start has to read millions of rows.
///
/// The last moments before a power cut may be missing (`synchronous=NORMAL`); what must never be lost stands in the
/// `Journal`.
public final class Readings: Sendable {
    /// What was found damaged at this start, if anything.
    public let damage: DamageReport?

    private let queue: DatabaseQueue
    private let commits: GroupCommit
    private let directory: StateDirectory

    /// Opens the file without reading it through; `findings()` does that in the background. A file that is no database
    /// any more is moved aside as it is: to read it through for salvage could hold up the start for many minutes.
    public init(in directory: StateDirectory) throws(StoreError) {
        let file = SQLiteFile(
            name: "readings", path: directory.readingsPath, applicationID: 0x4564_6752,
            migrations: Self.migrations, signature: "reading", durability: .normal, shrinks: true)
        (self.queue, self.damage) = try file.openOrReplace(
            checks: false, salvages: false, damagedDirectory: directory.damagedPath)
        self.directory = directory
        self.commits = GroupCommit(queue: self.queue)
    }

    public func append(_ reading: Reading) async throws(StoreError) {
        try await self.append([reading])
    }

    /// Keeps readings. Values that are not finite are left out, since no roll-up could hold them.
    public func append(_ readings: [Reading]) async throws(StoreError) {
        try await self.commits.commit("keep \(readings.count) readings") { database in
            for reading in readings where reading.value.isFinite {
                let series = try SeriesTable.makeID(reading.series, unit: reading.unit, in: database)
                guard try ReadingTable.insert(reading, series: series, in: database) else { continue }
                try RollUpTable.minute.add(reading, series: series, in: database)
                try RollUpTable.hour.add(reading, series: series, in: database)
            }
        }
    }

    /// Names and units of all series.
    public func series() async throws(StoreError) -> [(name: String, unit: String)] {
        try await self.read("list series") { try SeriesTable.all(in: $0) }
    }

    /// The newest reading of a series; nil if there is none.
    public func newest(_ name: String) async throws(StoreError) -> ReadingSpan? {
        try await self.read("read \(name)") { database in
            guard let series = try SeriesTable.series(name, in: database) else { return nil }
            return try ReadingTable.newest(series: series.id, in: database)
        }
    }

    /// What a series did between two times, in as much detail as fits.
    ///
    /// - Parameters:
    ///   - start: first moment, in microseconds since 1970 UTC.
    ///   - end: the moment after the last.
    ///   - limit: how many spans the answer may have.
    /// - Returns: nil for a series that does not exist.
    public func range(
        _ name: String, from start: Int64, to end: Int64, limit: Int = 1000
    ) async throws(StoreError) -> ReadingRange? {
        try await self.read("read \(name)") { database in
            guard let series = try SeriesTable.series(name, in: database) else { return nil }
            let resolution = Resolution(span: max(1, end - start), limit: max(1, limit))
            func range(_ source: ReadingRange.Source, _ spans: [ReadingSpan]) -> ReadingRange {
                ReadingRange(series: name, unit: series.unit, source: source, spans: spans)
            }
            // The minutes know how many raw readings there are without touching them.
            if resolution.mayBeRaw {
                let minutes = try RollUpTable.minute.spans(
                    series: series.id, from: start, to: end, step: .max, in: database)
                if minutes.reduce(0, { $0 + $1.count }) <= limit {
                    return range(
                        .raw, try ReadingTable.spans(series: series.id, from: start, to: end, in: database))
                }
            }
            let table = resolution.source == .minute ? RollUpTable.minute : RollUpTable.hour
            return range(
                resolution.source,
                try table.spans(series: series.id, from: start, to: end, step: resolution.step, in: database))
        }
    }

    /// Deletes raw readings before a time; their roll-ups stay. In small bites, so that nobody waits long.
    ///
    /// - Returns: how many were deleted.
    @discardableResult
    public func thin(before time: Int64) async throws(StoreError) -> Int {
        var deleted = 0
        for series in try await self.series() {
            while true {
                let count = try await self.commits.commit("thin \(series.name)") { database in
                    guard let id = try SeriesTable.series(series.name, in: database)?.id else { return 0 }
                    return try ReadingTable.delete(series: id, before: time, limit: 5000, in: database)
                }
                deleted += count
                if count == 0 || Task.isCancelled { break }
            }
        }
        return deleted
    }

    /// Gives the space of deleted rows back to the file system, as far as the file lies in free pages.
    func shrink() async throws(StoreError) {
        do {
            try await self.queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA incremental_vacuum")
                _ = try database.checkpoint(.truncate)
            }
        } catch {
            throw StoreError(error, "shrink the readings")
        }
    }

    /// Reads the whole file (`quick_check`); empty if it is sound. May take minutes.
    public func findings() async throws(StoreError) -> [String] {
        try await self.read("check the readings") { database in
            try String.fetchAll(database, sql: "PRAGMA quick_check(100)").filter { $0 != "ok" }
        }
    }

    public func close() async throws(StoreError) {
        do {
            try await self.queue.writeWithoutTransaction { database in
                _ = try database.checkpoint(.truncate)
            }
            try self.queue.close()
        } catch {
            throw StoreError(error, "close the readings")
        }
    }

    private func read<Value: Sendable>(
        _ operation: String, _ read: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await self.queue.read(read)
        } catch {
            throw StoreError(error, operation)
        }
    }

    private static let migrations = [
        SQLiteFile.Migration(statements: [
            SeriesTable.create, ReadingTable.create, RollUpTable.minute.create, RollUpTable.hour.create,
        ])
    ]
}

/// Which table answers a question, and how wide its spans become.
private struct Resolution {
    let source: ReadingRange.Source
    /// In microseconds.
    let step: Int64
    /// Whether a look at the number of raw readings is cheap.
    let mayBeRaw: Bool

    init(span: Int64, limit: Int) {
        let wanted = span / Int64(limit) + 1
        // Up to 20 minutes per point are added up from minutes, more from hours.
        let width = wanted <= 20 * RollUpTable.minute.width ? RollUpTable.minute.width : RollUpTable.hour.width
        self.source = width == RollUpTable.minute.width ? .minute : .hour
        self.step = (wanted + width - 1) / width * width
        self.mayBeRaw = self.source == .minute
    }
}
