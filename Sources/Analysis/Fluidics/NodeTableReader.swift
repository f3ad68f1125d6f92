import DeviceKit

/// Reads the nodes file.
struct NodeTableReader {
    struct Entry {
        var node: FluidicNode
        var cell: CSVCell
    }

    private(set) var entries: [Entry] = []
    private(set) var diagnostics: [SourceDiagnostic]
    private let table: CSVTable
    private let columns: TableColumns
    private var names: Set<String> = []

    init(_ table: CSVTable) {
        var diagnostics = table.diagnostics
        self.table = table
        self.columns = TableColumns(
            [["node"]],
            optional: [["kind"], ["device"], ["port"], ["state"], ["role"]],
            of: table,
            into: &diagnostics
        )
        self.diagnostics = diagnostics
    }

    func contains(_ name: String) -> Bool { self.names.contains(name) }

    func kind(of name: String) -> FluidicNode.Kind? { self.entries.first { $0.node.name == name }?.node.kind }

    mutating func read() {
        var ports: [FluidicNode.Kind: String] = [:]
        for row in self.table.rows {
            guard let cell = self.columns.cell("node", in: row),
                let name = self.diagnostics.keep({ () throws(SourceDiagnostic) in try cell.word("the node's name") })
            else { continue }
            guard self.names.insert(name).inserted else {
                self.diagnostics.append(cell.diagnostic("node \(name) appears twice"))
                continue
            }
            guard let kind = self.kind(named: name, cell: cell, row: row) else { continue }
            if let device = kind.device, let other = ports.updateValue(name, forKey: kind) {
                self.diagnostics.append(cell.diagnostic("\(name) and \(other) are the same port of \(device)"))
            }
            let node = FluidicNode(
                name: name,
                kind: kind,
                isUnused: self.isUnused(row),
                pumpRole: self.role(row, of: name, kind: kind)
            )
            self.entries.append(Entry(node: node, cell: cell))
        }
    }

    /// What the columns say, and where they are blank, what the name says.
    private mutating func kind(named name: String, cell: CSVCell, row: CSVRow) -> FluidicNode.Kind? {
        let fromName = FluidicNode.Kind(readingName: name)
        guard let word = self.columns.filled("kind", in: row) else {
            if fromName == nil {
                let message = "the name \(name) does not say what stands there; fill in the column \"kind\""
                self.diagnostics.append(cell.diagnostic(message))
            }
            return fromName
        }
        let device = self.columns.filled("device", in: row)?.text ?? fromName?.device
        let portCell = self.columns.filled("port", in: row)
        let port = portCell.map { Int(plainDigits: $0.text) } ?? fromName?.port
        if let portCell, port == nil {
            self.diagnostics.append(portCell.diagnostic("port \"\(portCell.text)\" is not a number of a port"))
            return nil
        }
        guard let kind = FluidicNode.Kind(word: word.text, device: device, port: port) else {
            let message =
                FluidicNode.Kind.words.contains(word.text)
                ? "a \(word.text) needs the columns \"device\" and \"port\""
                : "\"\(word.text)\" is no kind of node; known are \(FluidicNode.Kind.words.joined(separator: ", "))"
            self.diagnostics.append(word.diagnostic(message))
            return nil
        }
        return kind
    }

    private mutating func isUnused(_ row: CSVRow) -> Bool {
        guard let cell = self.columns.filled("state", in: row) else { return false }
        if cell.text != "unused" {
            self.diagnostics.append(cell.diagnostic("\"\(cell.text)\" is no state of a node; known is unused"))
        }
        return cell.text == "unused"
    }

    private mutating func role(_ row: CSVRow, of name: String, kind: FluidicNode.Kind) -> FluidicNode.PumpRole? {
        guard let cell = self.columns.filled("role", in: row) else { return nil }
        guard let role = FluidicNode.PumpRole(rawValue: cell.text) else {
            let known = FluidicNode.PumpRole.allCases.map(\.rawValue).joined(separator: ", ")
            self.diagnostics.append(cell.diagnostic("\"\(cell.text)\" is no role of a pump; known are \(known)"))
            return nil
        }
        if kind != .pump { self.diagnostics.append(cell.diagnostic("\(name) is no pump and has no role")) }
        return role
    }
}
