import GRDB

/// Finds rows of one table among those of a page that says no more whose it is: by the number of their values, by their
/// types, and by the rules of the table.
struct StrayRows {
    let table: String
    private let target: DatabaseQueue
    private let columns: [Column]

    private struct Column {
        let name: String
        let type: String
        let isRequired: Bool
        /// Stored as the row's own number and not among its values.
        let isRowID: Bool

        func takes(_ value: DatabaseValue) -> Bool {
            switch value.storage {
            case .null: !self.isRequired || self.isRowID
            case .int64: self.type == "INTEGER" || self.type == "REAL"
            case .double: self.type == "REAL"
            case .string: self.type == "TEXT"
            case .blob: false
            }
        }
    }

    init(of table: String, target: DatabaseQueue) throws {
        self.table = table
        self.target = target
        self.columns = try target.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT name, type, \"notnull\" AS required, pk FROM pragma_table_info(?)",
                arguments: [table])
            let keys = rows.filter { $0["pk"] as Int > 0 }
            return rows.map { row in
                let isKey = keys.count == 1 && row["pk"] as Int > 0
                return Column(
                    name: row["name"], type: row["type"], isRequired: row["required"],
                    isRowID: isKey && row["type"] == "INTEGER")
            }
        }
    }

    /// Whether the row can be one of the table.
    func fits(_ row: PageReader.StoredRow) -> Bool {
        row.values.count == self.columns.count && zip(self.columns, row.values).allSatisfy { $0.takes($1) }
    }

    /// - Returns: how many of these rows are of the table and were not in it yet.
    func keep(_ rows: [PageReader.StoredRow]) throws -> Int {
        let values = rows.filter(self.fits).map { row in
            zip(self.columns, row.values).map { $0.isRowID ? row.id.databaseValue : $1 }
        }
        return try SalvagedTable(name: self.table, source: self.target, target: self.target)
            .insert(values, columns: self.columns.map(\.name))
    }
}
