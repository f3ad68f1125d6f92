import DeviceKit

/// Reads the catalogue of channels and tubes, and compares what each row says twice.
struct CatalogueReader {
    enum Use {
        /// Inside a device, with ends of its own.
        case channel
        /// Meant to be installed.
        case tube
        /// Not meant to be installed at present.
        case spare
        case broken
    }

    struct Entry {
        var edge: FluidicEdge
        var use: Use
        var cell: CSVCell
        var endCells: [CSVCell]
    }

    private(set) var entries: [Entry] = []
    private(set) var diagnostics: [SourceDiagnostic]
    private let table: CSVTable
    private let columns: TableColumns
    private var indexByLabel: [String: Int] = [:]

    init(_ table: CSVTable) {
        var diagnostics = table.diagnostics
        self.table = table
        self.columns = TableColumns(
            [
                ["label", "edge"], ["from", "start"], ["to", "end"], ["length [mm]", "length"],
                ["inner diameter [mm]", "diameter"], ["dead volume [mL]", "dead_volume"], ["flow", "restriction"],
            ],
            optional: [["use", "flexibility"], ["ends"], ["deviation"], ["note", "comment"]],
            of: table,
            into: &diagnostics
        )
        self.diagnostics = diagnostics
    }

    subscript(label: String) -> Entry? { self.indexByLabel[label].map { self.entries[$0] } }

    mutating func read() {
        for row in self.table.rows {
            guard let cell = self.columns.cell("label", in: row),
                let label = self.diagnostics.keep({ () throws(SourceDiagnostic) in try cell.word("the label") })
            else { continue }
            guard self.indexByLabel[label] == nil else {
                self.diagnostics.append(cell.diagnostic("label \(label) appears twice"))
                continue
            }
            guard let entry = self.entry(label, cell: cell, row: row) else { continue }
            self.indexByLabel[label] = self.entries.count
            self.entries.append(entry)
            self.check(entry, row: row)
        }
    }

    /// Both ends of a channel must be nodes.
    mutating func checkEnds(nodes: NodeTableReader) {
        for entry in self.entries where entry.use == .channel {
            for cell in entry.endCells where !nodes.contains(cell.text) {
                self.diagnostics.append(
                    cell.diagnostic("channel \(entry.edge.label) ends at no node of the nodes file")
                )
            }
        }
    }

    private mutating func entry(_ label: String, cell: CSVCell, row: CSVRow) -> Entry? {
        let length = self.number("length [mm]", of: label, row)
        let diameter = self.number("inner diameter [mm]", of: label, row)
        let volume = self.number("dead volume [mL]", of: label, row)
        let isDirected = self.isDirected(row)
        let ends = ["from", "to"].compactMap { self.columns.cell($0, in: row) }
        guard let use = self.use(row, ends: ends), let length, let diameter, let volume, let isDirected, ends.count == 2
        else { return nil }
        let edge = FluidicEdge(
            label: label,
            start: use == .channel ? ends[0].text : "",
            end: use == .channel ? ends[1].text : "",
            length: Length(length, .millimetre),
            innerDiameter: Length(diameter, .millimetre),
            deadVolume: Volume(volume, .millilitre),
            isDirected: isDirected,
            isFixed: use == .channel
        )
        return Entry(edge: edge, use: use, cell: cell, endCells: ends)
    }

    private mutating func number(_ column: String, of label: String, _ row: CSVRow) -> Double? {
        guard let cell = self.columns.cell(column, in: row) else { return nil }
        return self.diagnostics.keep { () throws(SourceDiagnostic) in
            let value = try cell.number("the \(column) of \(label)")
            guard value >= 0 else { throw cell.diagnostic("the \(column) of \(label) is negative") }
            return value
        }
    }

    private mutating func isDirected(_ row: CSVRow) -> Bool? {
        guard let cell = self.columns.cell("flow", in: row) else { return nil }
        switch cell.text {
        case "one way", "directed": return true
        case "both ways", "undirected": return false
        default:
            let message = "\"\(cell.text)\" is no direction of flow; known are \"one way\" and \"both ways\""
            self.diagnostics.append(cell.diagnostic(message))
            return nil
        }
    }

    private mutating func use(_ row: CSVRow, ends: [CSVCell]) -> Use? {
        let isFree = ends.allSatisfy { $0.isBlank || $0.text == "not_fixed" }
        let use: Use
        let cell = self.columns.filled("use", in: row)
        switch cell?.text {
        case nil: use = isFree ? .tube : .channel
        case "channel", "fixed": use = .channel
        case "tube", "available": use = .tube
        case "spare": use = .spare
        case "broken": use = .broken
        case let other?:
            cell.map { self.diagnostics.append($0.diagnostic("\"\(other)\" is no use of a channel or tube")) }
            return nil
        }
        if use != .channel, !isFree, let end = ends.first(where: { !$0.isBlank && $0.text != "not_fixed" }) {
            self.diagnostics.append(end.diagnostic("the ends of a tube are told by the tubing file, not here"))
        }
        return use
    }

    /// Volume against geometry, and label against length and fittings.
    private mutating func check(_ entry: Entry, row: CSVRow) {
        let edge = entry.edge
        let deviation = self.columns.filled("deviation", in: row)
        let note = self.columns.filled("note", in: row)?.text ?? ""
        if let deviation, deviation.text != "label", deviation.text != "empirical volume" {
            let message = "\"\(deviation.text)\" is no deviation; known are \"empirical volume\" and \"label\""
            self.diagnostics.append(deviation.diagnostic(message))
        }
        let geometric = edge.geometricVolume
        let tolerance = max(geometric * 0.02, Volume(0.001, .millilitre))
        if (edge.deadVolume - geometric).magnitude > tolerance, deviation?.text != "empirical volume",
            !note.contains("empirical")
        {
            let cell = self.columns.cell("dead volume [mL]", in: row) ?? entry.cell
            let message =
                "the dead volume of \(edge.label) is \(edge.deadVolume), its length and diameter give \(geometric)"
            self.diagnostics.append(cell.diagnostic(message, severity: .warning))
        }
        guard deviation?.text != "label", let label = TubeLabel(edge.label) else { return }
        let fittings = self.columns.filled("ends", in: row)
        if entry.use != .channel, let fittings, fittings.text != label.ends {
            let message = "tube \(edge.label) has the fittings \(fittings.text), its label says \(label.ends)"
            self.diagnostics.append(fittings.diagnostic(message, severity: .warning))
        }
        let tellsLength = entry.use != .channel || !label.ends.contains { $0 == "X" || $0 == "Y" }
        if tellsLength, edge.length != Length(Double(label.length), .millimetre) {
            let message = "\(edge.label) is \(edge.length) long, its label says \(label.length) mm"
            self.diagnostics.append(entry.cell.diagnostic(message, severity: .warning))
        }
    }
}

/// What a label says: length in millimetres, the two end fittings, a running number, as in `0282-NC-6`.
private struct TubeLabel {
    let length: Int
    let ends: String

    init?(_ label: String) {
        let parts = label.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let length = Int(plainDigits: parts[0]), parts[1].count == 2,
            Int(plainDigits: parts[2]) != nil
        else { return nil }
        self.length = length
        self.ends = String(parts[1])
    }
}

extension FluidicEdge {
    /// π d²/4 · L.
    var geometricVolume: Volume {
        Volume(si: Double.pi / 4 * self.innerDiameter.si * self.innerDiameter.si * self.length.si)
    }
}
