import Demo
import EdgeAgent
import Protocols

extension StandardStream {
    /// One line of JSON.
    func writeJSON(_ value: some Encodable) throws { self.writeLine(try JSONValue(encoding: value).text()) }

    /// A table, or what to say when it is empty. A terminal gets no more than its width of each row.
    func write(_ table: TextTable, orIfEmpty remark: String) {
        guard !table.isEmpty else { return self.writeLine(remark) }
        let width = self.isTerminal ? self.width : Int.max
        for line in table.lines { self.writeLine(line.count > width ? line.prefix(width - 1) + "…" : line) }
    }
}
