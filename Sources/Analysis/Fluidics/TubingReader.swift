import DeviceKit

/// Reads which tubes are installed, and where.
struct TubingReader {
    private(set) var edges: [FluidicEdge] = []
    private(set) var installed: Set<String> = []
    private(set) var diagnostics: [SourceDiagnostic]
    private let table: CSVTable
    private let columns: TableColumns

    init(_ table: CSVTable) {
        var diagnostics = table.diagnostics
        self.table = table
        self.columns = TableColumns(
            [["tube", "edge"], ["from", "start"], ["to", "end"]],
            of: table,
            into: &diagnostics
        )
        self.diagnostics = diagnostics
    }

    mutating func read(nodes: NodeTableReader, catalogue: CatalogueReader) {
        for row in self.table.rows {
            let ends = ["from", "to"].compactMap { self.columns.cell($0, in: row) }
            for end in ends where !nodes.contains(end.text) {
                let name = end.isBlank ? "a blank" : "\"\(end.text)\""
                self.diagnostics.append(end.diagnostic("\(name) is no node of the nodes file"))
            }
            guard let cell = self.columns.cell("tube", in: row), ends.count == 2,
                let edge = self.edge(cell, catalogue: catalogue)
            else { continue }
            guard ends[0].text != ends[1].text else {
                self.diagnostics.append(cell.diagnostic("tube \(cell.text) begins and ends at \(ends[0].text)"))
                continue
            }
            var installed = edge
            installed.start = ends[0].text
            installed.end = ends[1].text
            self.edges.append(installed)
        }
    }

    private mutating func edge(_ cell: CSVCell, catalogue: CatalogueReader) -> FluidicEdge? {
        guard let entry = catalogue[cell.text] else {
            self.diagnostics.append(
                cell.diagnostic("tube \"\(cell.text)\" is not in the catalogue, or not readable there")
            )
            return nil
        }
        guard self.installed.insert(cell.text).inserted else {
            self.diagnostics.append(cell.diagnostic("tube \(cell.text) is installed twice"))
            return nil
        }
        switch entry.use {
        case .tube: return entry.edge
        case .channel:
            self.diagnostics.append(cell.diagnostic("\(cell.text) is a channel inside a device, no tube"))
        case .spare:
            self.diagnostics.append(cell.diagnostic("tube \(cell.text) is marked as spare in the catalogue"))
        case .broken:
            self.diagnostics.append(cell.diagnostic("tube \(cell.text) is marked as broken in the catalogue"))
        }
        return nil
    }
}
