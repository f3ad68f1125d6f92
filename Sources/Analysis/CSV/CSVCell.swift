public import DeviceKit

/// The text of one cell, without its quotes and the blanks around it, and where it begins in the file.
public struct CSVCell: Sendable, Hashable {
    public let text: String
    public let position: SourcePosition

    public init(text: String, position: SourcePosition) {
        self.text = text
        self.position = position
    }

    public var line: Int { self.position.line }
    public var column: Int { self.position.column }
    public var isBlank: Bool { self.text.isEmpty }

    /// A diagnostic at this cell.
    public func diagnostic(_ message: String, severity: SourceDiagnostic.Severity = .error) -> SourceDiagnostic {
        SourceDiagnostic(severity, at: self.position, message)
    }

    /// The cell as a finite decimal number; `what` names it in the diagnostic.
    public func number(_ what: String) throws(SourceDiagnostic) -> Double {
        guard !self.isBlank else { throw self.diagnostic("\(what) is blank") }
        guard let value = Self.decimal(self.text) else {
            let advice = Self.decimal(self.text.replacing(",")) == nil ? "" : "; write a decimal point"
            throw self.diagnostic("\(what) \"\(self.text)\" is not a number\(advice)")
        }
        guard value.isFinite else { throw self.diagnostic("\(what) \"\(self.text)\" is not a finite number") }
        return value
    }

    /// The cell's text, which must not be blank; `what` names it in the diagnostic.
    public func word(_ what: String) throws(SourceDiagnostic) -> String {
        guard !self.isBlank else { throw self.diagnostic("\(what) is blank") }
        return self.text
    }

    /// `Double` alone would also take hexadecimal numbers.
    private static func decimal(_ text: String) -> Double? {
        text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") } ? nil : Double(text)
    }
}

extension String {
    /// The text with its decimal commas written as points.
    fileprivate func replacing(_ comma: Character) -> String { String(self.map { $0 == comma ? "." : $0 }) }
}
