/// A finding in a file that people write: where it stands, and what is wrong with it.
public struct SourceDiagnostic: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable { case error, warning }

    public let file: String
    /// From 1.
    public let line: Int
    /// From 1.
    public let column: Int
    public let severity: Severity
    public let message: String

    public init(file: String, line: Int, column: Int, severity: Severity = .error, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
    }

    /// `lab.yaml:12:5: error: unknown key`, as compilers write it and editors read it.
    public var description: String {
        "\(self.file):\(self.line):\(self.column): \(self.severity.rawValue): \(self.message)"
    }
}
