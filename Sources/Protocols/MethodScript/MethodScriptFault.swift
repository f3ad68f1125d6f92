/// An error an instrument reports: `e!4001: Line 2, Col 6` in answer to a command, `!0032: Line 17` while a script runs.
public struct MethodScriptFault: Error, Sendable, Hashable {
    public var code: MethodScriptErrorCode
    /// Line of the script, the first being 1.
    public var line: Int?
    /// Just past the offending word.
    public var column: Int?

    public init(_ code: MethodScriptErrorCode, line: Int? = nil, column: Int? = nil) {
        self.code = code
        self.line = line
        self.column = column
    }

    /// Reads an answer to a command that begins with `echo`, or, without `echo`, an error of a running script. Nil if
    /// the line is no error at all; what follows the code is read as far as it goes.
    public init?(parsing line: [UInt8], echo: UInt8? = nil) {
        var rest = line[...]
        if let echo {
            guard rest.first == echo else { return nil }
            rest = rest.dropFirst()
        }
        guard rest.first == UInt8(ascii: "!"), rest.count >= 5,
            let code = Hexadecimal.number(rest.dropFirst().prefix(4))
        else { return nil }
        self.code = MethodScriptErrorCode(rawValue: UInt16(code))
        let position = rest.dropFirst(5)
        self.line = Self.number(after: ": Line ", in: position)
        self.column = Self.number(after: ", Col ", in: position)
    }

    /// The wire text without echo and line ending.
    public var bytes: [UInt8] {
        var text = "!" + String(decoding: Hexadecimal.text(UInt64(self.code.rawValue), width: 4), as: UTF8.self)
        if let line { text += ": Line \(line)" }
        if let column { text += ", Col \(column)" }
        return Array(text.utf8)
    }

    private static func number(after label: String, in text: ArraySlice<UInt8>) -> Int? {
        let label = Array(label.utf8)
        var rest = text
        while rest.count > label.count {
            if rest.starts(with: label) {
                let digits = rest.dropFirst(label.count).prefix { (0x30...0x39).contains($0) }
                return digits.count > 9 ? nil : Int(String(decoding: digits, as: UTF8.self))
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
