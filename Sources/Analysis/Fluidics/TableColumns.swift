import DeviceKit

/// Finds the columns of a table under their present or older headers.
struct TableColumns {
    private let names: [String: String]

    /// `columns` gives the accepted headers of each column, the present one first; those in `optional` may be missing.
    init(_ columns: [[String]], optional: [[String]] = [], of table: CSVTable, into found: inout [SourceDiagnostic]) {
        var names: [String: String] = [:]
        for headers in columns + optional {
            guard let name = headers.first else { continue }
            names[name] = headers.first { table.headerCell($0) != nil }
        }
        for headers in columns {
            guard let name = headers.first, names[name] == nil, !table.header.isEmpty else { continue }
            found.append(SourceDiagnostic(at: table.start, "column \(headers.joined(separator: " or ")) is missing"))
        }
        self.names = names
    }

    /// The cell of `row` under the column called `name` today; nil when there is no such column.
    func cell(_ name: String, in row: CSVRow) -> CSVCell? { self.names[name].flatMap { row[$0] } }

    /// The same, nil also when the cell is blank.
    func filled(_ name: String, in row: CSVRow) -> CSVCell? {
        self.cell(name, in: row).flatMap { $0.isBlank ? nil : $0 }
    }
}

extension Array where Element == SourceDiagnostic {
    /// The value that `read` gives; nil, and its diagnostic kept, when it throws.
    mutating func keep<Value>(_ read: () throws(SourceDiagnostic) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            self.append(error)
            return nil
        }
    }
}
