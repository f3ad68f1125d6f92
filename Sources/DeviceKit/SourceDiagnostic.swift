/// A place in a text file: 1-based line, and 1-based column counted in Unicode scalars.
public struct SourcePosition: Sendable, Hashable, Comparable {
    public let file: String
    public let line: Int
    public let column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// By file name, then line, then column.
    public static func < (a: Self, b: Self) -> Bool { (a.file, a.line, a.column) < (b.file, b.line, b.column) }
}

/// One thing wrong in a file that a person wrote, and where. It prints as `file:line:column: message`.
public struct SourceDiagnostic: Error, Sendable, Hashable {
    public enum Severity: String, Sendable, Hashable {
        /// The file cannot be used.
        case error
        /// The file can be used, but somebody should look.
        case warning
    }

    public let position: SourcePosition
    public let severity: Severity
    public let message: String

    public init(_ severity: Severity = .error, at position: SourcePosition, _ message: String) {
        self.position = position
        self.severity = severity
        self.message = message
    }

    public init(file: String, line: Int, column: Int, severity: Severity = .error, message: String) {
        self.init(severity, at: SourcePosition(file: file, line: line, column: column), message)
    }

    public var file: String { self.position.file }
    public var line: Int { self.position.line }
    public var column: Int { self.position.column }
}

extension SourceDiagnostic: CustomStringConvertible {
    public var description: String { "\(self.file):\(self.line):\(self.column): \(self.message)" }
}

/// Everything one pass over the files found, in the order of the files' lines: at least one error, and the warnings.
public struct SourceDiagnostics: Error, Sendable, Hashable {
    public let all: [SourceDiagnostic]

    public init(_ all: [SourceDiagnostic]) {
        self.all = all.sorted { $0.position < $1.position }
    }

    public var errors: [SourceDiagnostic] { self.all.filter { $0.severity == .error } }
}

extension SourceDiagnostics: CustomStringConvertible {
    /// One line for each.
    public var description: String { self.all.map(\.description).joined(separator: "\n") }
}
