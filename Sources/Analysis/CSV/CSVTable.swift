public import DeviceKit

/// The cells of a file of separated values with one header row, each with the place it was written at.
///
/// The separator is `;` or `,`, whichever the header row holds more of. Cells may be quoted as in RFC 4180; a byte
/// order mark, CRLF line ends (`\n` inside a quoted cell), blank lines and blanks around unquoted cells are accepted.
/// Reading never fails: what is wrong stands in `diagnostics`, and rows that are shorter or longer than the header are
/// left out of `rows`.
public struct CSVTable: Sendable, Hashable {
    /// Name of the file, for diagnostics only.
    public let file: String
    public let separator: Character
    public let header: [CSVCell]
    public let rows: [CSVRow]
    /// What is wrong with the shape of the table: no header, columns without a name or with the same, ragged rows,
    /// quotes.
    public let diagnostics: [SourceDiagnostic]
    private let columns: [String: Int]

    /// Reads `text`, the content of the file called `file`.
    public init(_ text: String, file: String) {
        var reader = CSVReader(text, file: file)
        var records = reader.records()
        var diagnostics = reader.diagnostics
        self.file = file
        self.separator = Character(reader.separator)
        guard !records.isEmpty else {
            let start = SourcePosition(file: file, line: 1, column: 1)
            diagnostics.append(SourceDiagnostic(at: start, "the file is empty; a header row is expected"))
            self.header = []
            self.rows = []
            self.columns = [:]
            self.diagnostics = diagnostics
            return
        }
        let header = records.removeFirst()
        var columns: [String: Int] = [:]
        for (index, cell) in header.enumerated() {
            if cell.text.isEmpty {
                diagnostics.append(cell.diagnostic("column \(index + 1) has no name"))
            } else if columns[cell.text] != nil {
                diagnostics.append(cell.diagnostic("column \(cell.text) appears twice"))
            } else {
                columns[cell.text] = index
            }
        }
        var rows: [CSVRow] = []
        for record in records {
            guard record.count == header.count else {
                diagnostics.append(Self.ragged(record, expected: header.count))
                continue
            }
            rows.append(CSVRow(cells: record, columns: columns))
        }
        self.header = header
        self.rows = rows
        self.columns = columns
        self.diagnostics = diagnostics.sorted { $0.position < $1.position }
    }

    /// The header cell of a column.
    public func headerCell(_ column: String) -> CSVCell? { self.columns[column].map { self.header[$0] } }

    /// Where the header row begins: the place to name when a whole column is missing.
    public var start: SourcePosition {
        self.header.first?.position ?? SourcePosition(file: self.file, line: 1, column: 1)
    }

    private static func ragged(_ record: [CSVCell], expected: Int) -> SourceDiagnostic {
        let message = "the row has \(record.count) cells, the header has \(expected)"
        let first = record[0]
        return (record.count > expected ? record[expected] : first).diagnostic(message)
    }
}

/// One row, as long as the header.
public struct CSVRow: Sendable, Hashable {
    public let cells: [CSVCell]
    private let columns: [String: Int]

    init(cells: [CSVCell], columns: [String: Int]) {
        self.cells = cells
        self.columns = columns
    }

    /// The cell under the header of this name, nil when there is no such column.
    public subscript(_ column: String) -> CSVCell? { self.columns[column].map { self.cells[$0] } }

    /// Where the row begins.
    public var position: SourcePosition { self.cells[0].position }
}
