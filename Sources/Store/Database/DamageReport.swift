/// A database file that was found damaged at start, and what became of it. An operator has to see this.
public struct DamageReport: Sendable, Hashable, CustomStringConvertible {
    /// Where the file was, and where a new one is now.
    public let file: String
    /// What SQLite said.
    public let finding: String
    /// Where the damaged file is kept.
    public let movedTo: String
    /// Rows that could be read and stand in the new file, by table.
    public let salvagedRows: [String: Int]

    public var description: String {
        let rows = self.salvagedRows.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }
        return "\(self.file) was damaged (\(self.finding)); it is kept as \(self.movedTo), and a new file was begun "
            + "with the rows that could be read: \(rows.isEmpty ? "none" : rows.joined(separator: ", "))"
    }
}
