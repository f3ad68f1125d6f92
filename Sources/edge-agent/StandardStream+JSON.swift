import Demo
import EdgeAgent
import Protocols

extension StandardStream {
    /// One line of JSON.
    func writeJSON(_ value: some Encodable) throws { self.writeLine(try JSONValue(encoding: value).text()) }

    /// A table, or what to say when it is empty.
    func write(_ table: TextTable, orIfEmpty remark: String) {
        self.writeLine(table.isEmpty ? remark : table.lines.joined(separator: "\n"))
    }
}
