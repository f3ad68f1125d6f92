import DeviceKit

/// Reads rows of a table by what their columns mean, whatever the columns are called, and collects what is wrong.
struct TableReading {
    /// A column: the name we write, and other names it may have.
    struct Column {
        let name: String
        let aliases: [String]
        let isRequired: Bool

        init(_ name: String, aliases: [String] = [], isRequired: Bool = true) {
            self.name = name
            self.aliases = aliases
            self.isRequired = isRequired
        }
    }

    enum Sign {
        case any, positive, notNegative
    }

    let table: CSVTable
    private(set) var diagnostics: [SourceDiagnostic]
    private var headerNames: [String: String] = [:]
    private var firstUses: [String: [String: Int]] = [:]

    /// Tells missing columns, and columns that are neither known nor in `others`.
    init(_ table: CSVTable, columns: [Column], others: Set<String> = []) {
        self.table = table
        self.diagnostics = table.diagnostics
        guard !table.header.isEmpty else { return }
        var known = others
        for column in columns {
            let names = [column.name] + column.aliases
            known.formUnion(names)
            let present = names.compactMap { table.headerCell($0) }
            if let cell = present.first { self.headerNames[column.name] = cell.text }
            if present.count > 1 {
                let words = present.map(\.text).joined(separator: " and ")
                self.diagnostics.append(present[1].diagnostic("columns \(words) mean the same; keep one"))
            }
            if present.isEmpty, column.isRequired {
                let message = "column \(names.joined(separator: " or ")) is missing"
                self.diagnostics.append(SourceDiagnostic(at: table.start, message))
            }
        }
        for cell in table.header where !cell.isBlank && !known.contains(cell.text) {
            self.diagnostics.append(cell.diagnostic("column \(cell.text) is not known"))
        }
    }

    mutating func report(_ diagnostic: SourceDiagnostic) { self.diagnostics.append(diagnostic) }

    /// The cell of a column by its meaning, nil when the column is absent.
    func cell(_ column: String, in row: CSVRow) -> CSVCell? { row[self.headerNames[column] ?? column] }

    /// A text that must not be blank; nil after telling why not.
    mutating func word(_ column: String, in row: CSVRow) -> String? {
        guard let cell = self.cell(column, in: row) else { return nil }
        do throws(SourceDiagnostic) {
            return try cell.word(self.headerNames[column] ?? column)
        } catch {
            self.report(error)
            return nil
        }
    }

    /// A text that no other row has in this column.
    mutating func uniqueWord(_ column: String, in row: CSVRow) -> String? {
        guard let word = self.word(column, in: row), let cell = self.cell(column, in: row) else { return nil }
        if let line = self.firstUses[column]?[word] {
            self.report(
                cell.diagnostic("\(self.headerNames[column] ?? column) \(word) is already used in line \(line)")
            )
        } else {
            self.firstUses[column, default: [:]][word] = cell.line
        }
        return word
    }

    /// A finite number of the given sign; nil after telling why not.
    mutating func number(_ column: String, in row: CSVRow, _ sign: Sign) -> Double? {
        guard let cell = self.cell(column, in: row) else { return nil }
        let name = self.headerNames[column] ?? column
        do throws(SourceDiagnostic) {
            let number = try cell.number(name)
            switch sign {
            case .positive where number <= 0: throw cell.diagnostic("\(name) is \(cell.text); it must be above zero")
            case .notNegative where number < 0:
                throw cell.diagnostic("\(name) is \(cell.text); it must not be negative")
            default: return number
            }
        } catch {
            self.report(error)
            return nil
        }
    }

    /// A value and its standard uncertainty.
    mutating func measured(
        _ column: String,
        uncertainty: String,
        in row: CSVRow,
        _ sign: Sign = .positive
    ) -> (value: Double, uncertainty: Double)? {
        let value = self.number(column, in: row, sign)
        let spread = self.number(uncertainty, in: row, .notNegative)
        guard let value, let spread else { return nil }
        return (value, spread)
    }

    /// Cells that must all be filled, or all be blank: true when they are filled, nil after telling which are missing.
    mutating func areGiven(_ columns: [String], in row: CSVRow) -> Bool? {
        let cells = columns.compactMap { column in self.cell(column, in: row).map { (column: column, cell: $0) } }
        let blank = cells.filter(\.cell.isBlank)
        guard !blank.isEmpty, blank.count < cells.count else { return blank.isEmpty && !cells.isEmpty }
        let names = columns.map { self.headerNames[$0] ?? $0 }.joined(separator: ", ")
        for (column, cell) in blank {
            let message = "\(self.headerNames[column] ?? column) is blank; give all of \(names) or none"
            self.report(cell.diagnostic(message))
        }
        return nil
    }
}
