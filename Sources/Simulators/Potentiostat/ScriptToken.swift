import Protocols

/// A word of a script line: a name, number, quoted text, operator or an option with its arguments, `nscans(2)`.
struct ScriptToken: Sendable, Hashable {
    var text: String
    /// Just past the word, the first character of the line being column 1.
    var column: Int

    /// The words of a line; a comment ends it.
    static func words(of line: String) -> [ScriptToken] {
        var words: [ScriptToken] = []
        var word: [UInt8] = []
        var depth = 0
        var isQuoted = false
        let bytes = Array(line.utf8)
        for (index, byte) in (bytes + [0x20]).enumerated() {
            if byte == UInt8(ascii: "\""), depth == 0 { isQuoted.toggle() }
            if !isQuoted, depth == 0, byte == UInt8(ascii: "#") || byte <= 0x20 {
                if !word.isEmpty {
                    words.append(ScriptToken(text: String(decoding: word, as: UTF8.self), column: index + 1))
                }
                word = []
                if byte == UInt8(ascii: "#") { break }
                continue
            }
            if byte == UInt8(ascii: "("), !isQuoted { depth += 1 }
            if byte == UInt8(ascii: ")"), !isQuoted { depth = max(0, depth - 1) }
            if index < bytes.count { word.append(byte) }
        }
        // An open quotation or bracket swallows the rest of the line.
        if !word.isEmpty {
            words.append(ScriptToken(text: String(decoding: word, as: UTF8.self), column: bytes.count + 1))
        }
        return words
    }

    /// The number this word stands for: digits and a prefix, an integer with `i`, or `0x1F` and `0b101`.
    var number: ScriptNumber? {
        var digits = self.text.utf8[...]
        if digits.starts(with: "0x".utf8) || digits.starts(with: "0b".utf8) {
            let radix = digits.starts(with: "0x".utf8) ? 16 : 2
            digits = digits.dropFirst(2)
            if digits.last == UInt8(ascii: "i") { digits = digits.dropLast() }
            return Int32(String(decoding: digits, as: UTF8.self), radix: radix).map { .integer($0) }
        }
        guard let last = digits.last else { return nil }
        if last == UInt8(ascii: "i") {
            return Int32(String(decoding: digits.dropLast(), as: UTF8.self)).map { .integer($0) }
        }
        var prefix = SIPrefix.none
        if !(0x30...0x39).contains(last) {
            guard last != 0x20, let found = SIPrefix(character: last) else { return nil }
            prefix = found
            digits = digits.dropLast()
        }
        guard let first = digits.first, first != UInt8(ascii: "+"),
            let mantissa = Int64(String(decoding: digits, as: UTF8.self))
        else { return nil }
        return .float(Float(MethodScriptValue.scaled(mantissa: Int32(clamping: mantissa), prefix: prefix).value))
    }

    /// Whether the word begins as a number does.
    var looksLikeNumber: Bool {
        guard let first = self.text.utf8.first else { return false }
        return (0x30...0x39).contains(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    }

    /// The text between quotation marks.
    var quoted: String? {
        guard self.text.utf8.count >= 2, self.text.hasPrefix("\""), self.text.hasSuffix("\"") else { return nil }
        return String(self.text.dropFirst().dropLast())
    }
}

/// A number as a script computes with it.
enum ScriptNumber: Sendable, Hashable {
    case float(Float)
    case integer(Int32)

    var float: Float {
        switch self {
        case .float(let value): value
        case .integer(let value): Float(value)
        }
    }

    var double: Double { Double(self.float) }

    /// A whole number where one is wanted; floats are cut.
    var int: Int {
        switch self {
        case .float(let value): value.isFinite && abs(value) < 1e9 ? Int(value) : 0
        case .integer(let value): Int(value)
        }
    }
}
