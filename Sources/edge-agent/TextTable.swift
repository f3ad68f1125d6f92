/// Rows with aligned columns, as terminals show them. The last column is never padded.
struct TextTable {
    enum Alignment {
        case left, right
    }

    private let alignments: [Alignment]
    private let heading: [String]
    private var rows: [[String]] = []

    /// - Parameter heading: the first row, if any.
    init(heading: [String] = [], alignments: [Alignment]) {
        self.alignments = alignments
        self.heading = heading
    }

    mutating func add(_ row: [String]) { self.rows.append(row) }

    var isEmpty: Bool { self.rows.isEmpty }

    var lines: [String] {
        let rows = (self.heading.isEmpty ? [] : [self.heading]) + self.rows
        let widths = self.alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(self.alignments, zip(row, widths)).enumerated().map { column, cell in
                let (alignment, (text, width)) = cell
                let padding = String(repeating: " ", count: max(0, width - text.count))
                if alignment == .right { return padding + text }
                return column == row.count - 1 ? text : text + padding
            }.joined(separator: "  ")
        }
    }
}
