import GRDB

/// One table of a damaged file while its readable rows are copied, as far as SQLite finds them.
struct SalvagedTable {
    let name: String
    let source: DatabaseQueue
    let target: DatabaseQueue

    /// Reads downwards from the end until a damaged page, then upwards from the beginning, jumping over what fails.
    ///
    /// - Returns: how many rows were copied.
    func copy() throws -> Int {
        let columns = try self.target.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [self.name])
        }
        let down = try self.scan(.down, from: .max, columns: columns)
        guard !down.isComplete else { return down.count }
        var count = down.count
        var (position, gap) = (Int64(-1), Int64(1))
        while position < down.last, gap < 1 << 40 {
            let up = try self.scan(.up, from: position, columns: columns)
            count += up.count
            if up.isComplete { break }
            gap = up.last == position ? gap * 2 : 1
            position = up.last + gap
        }
        return count
    }

    private enum Direction { case up, down }

    private func scan(
        _ direction: Direction, from start: Int64, columns: [String]
    ) throws -> (count: Int, last: Int64, isComplete: Bool) {
        let range = direction == .up ? "rowid > ? ORDER BY rowid ASC" : "rowid < ? ORDER BY rowid DESC"
        let sql = "SELECT rowid AS salvage_rowid, * FROM \(self.name) WHERE \(range) LIMIT 1000"
        var (count, last) = (0, start)
        while true {
            var rows: [Row] = []
            var isReadable = true
            do {
                try self.source.read { database in
                    let cursor = try Row.fetchCursor(database, sql: sql, arguments: [last])
                    while let row = try cursor.next() { rows.append(row.copy()) }
                }
            } catch {
                isReadable = false
            }
            count += try self.insert(rows, columns: columns)
            last = rows.last?["salvage_rowid"] ?? last
            if !isReadable { return (count, last, false) }
            if rows.count < 1000 { return (count, last, true) }
        }
    }

    private func insert(_ rows: [Row], columns: [String]) throws -> Int {
        try self.insert(
            rows.map { row in columns.map { row.hasColumn($0) ? row[$0] as DatabaseValue : .null } }, columns: columns)
    }

    /// Rows that break a rule of the table, or are there already, are left out.
    func insert(_ rows: [[DatabaseValue]], columns: [String]) throws -> Int {
        let names = columns.joined(separator: ", ")
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        let sql = "INSERT OR IGNORE INTO \(self.name) (\(names)) VALUES (\(places))"
        return try self.target.write { database in
            var count = 0
            for row in rows {
                do {
                    count += try database.run(sql, StatementArguments(row))
                } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                    continue  // Damaged, or the row it belongs to was not readable.
                }
            }
            return count
        }
    }
}
