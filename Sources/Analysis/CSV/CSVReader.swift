import DeviceKit

/// Splits the text of a file into records of cells, keeping count of lines and columns.
struct CSVReader {
    let separator: Unicode.Scalar
    private(set) var diagnostics: [SourceDiagnostic] = []

    private let file: String
    private let scalars: String.UnicodeScalarView
    private var index: String.UnicodeScalarView.Index
    private var line = 1
    private var column = 1

    init(_ text: String, file: String) {
        self.file = file
        self.scalars = text.unicodeScalars
        self.index = self.scalars.startIndex
        if self.scalars.first == "\u{FEFF}" { self.index = self.scalars.index(after: self.index) }
        self.separator = Self.separator(of: self.scalars[self.index...])
    }

    /// All records that hold anything; blank lines are passed over.
    mutating func records() -> [[CSVCell]] {
        var records: [[CSVCell]] = []
        while self.peek != nil {
            let record = self.record()
            if record.count > 1 || record.contains(where: { !$0.isBlank }) { records.append(record) }
        }
        return records
    }

    private mutating func record() -> [CSVCell] {
        var cells: [CSVCell] = []
        while true {
            cells.append(self.cell())
            guard self.peek == self.separator else { break }
            self.advance()
        }
        if self.peek != nil { self.advance() }  // the line end
        return cells
    }

    /// One cell, up to its separator or line end.
    private mutating func cell() -> CSVCell {
        while let next = self.peek, next.isBlank, next != self.separator { self.advance() }
        let start = self.position
        var text = ""
        if self.peek == "\"" {
            text = self.quoted(from: start)
            var rest = ""
            while let next = self.peek, next != self.separator, !next.isLineEnd {
                if !next.isBlank { rest.unicodeScalars.append(next) }
                self.advance()
            }
            if !rest.isEmpty {
                let message = "\"\(rest)\" stands after a closing quote; write a quote inside a quoted cell twice"
                self.diagnostics.append(SourceDiagnostic(at: start, message))
            }
            return CSVCell(text: text, position: start)
        }
        while let next = self.peek, next != self.separator, !next.isLineEnd {
            text.unicodeScalars.append(next)
            self.advance()
        }
        while text.unicodeScalars.last?.isBlank == true { text.unicodeScalars.removeLast() }
        return CSVCell(text: text, position: start)
    }

    private mutating func quoted(from start: SourcePosition) -> String {
        var text = ""
        self.advance()
        while let next = self.peek {
            self.advance()
            guard next == "\"" else {
                text.unicodeScalars.append(next.isLineEnd ? "\n" : next)
                continue
            }
            guard self.peek == "\"" else { return text }
            text.unicodeScalars.append(next)
            self.advance()
        }
        self.diagnostics.append(SourceDiagnostic(at: start, "the quote that opens here is never closed"))
        return text
    }

    private var position: SourcePosition { SourcePosition(file: self.file, line: self.line, column: self.column) }

    private var peek: Unicode.Scalar? { self.index < self.scalars.endIndex ? self.scalars[self.index] : nil }

    /// Passes one scalar; CR LF counts as one line end.
    private mutating func advance() {
        let passed = self.scalars[self.index]
        self.index = self.scalars.index(after: self.index)
        guard passed.isLineEnd else {
            self.column += 1
            return
        }
        if passed == "\r", self.peek == "\n" { self.index = self.scalars.index(after: self.index) }
        self.line += 1
        self.column = 1
    }

    private static func separator(of text: Substring.UnicodeScalarView) -> Unicode.Scalar {
        var semicolons = 0
        var commas = 0
        var isQuoted = false
        for scalar in text {
            if scalar == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if scalar.isLineEnd, semicolons + commas > 0 { break }
            if scalar == ";" { semicolons += 1 }
            if scalar == "," { commas += 1 }
        }
        return commas > semicolons ? "," : ";"
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\u{A0}" }
    fileprivate var isLineEnd: Bool { self == "\n" || self == "\r" }
}
