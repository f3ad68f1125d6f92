/// Why a text is not JSON, and where.
public struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    /// Offset of the offending byte.
    public let offset: Int
    public var description: String { "\(self.message) at byte \(self.offset)" }
}

extension JSONValue {
    /// Reads one JSON text (RFC 8259), which may be surrounded by white space.
    ///
    /// - Parameters:
    ///   - depthLimit: how deep arrays and objects may nest.
    ///   - allowsNaN: whether the bare words `NaN`, `Infinity`, `-Infinity` are read, as Python's reader does.
    public init(
        parsing bytes: some Sequence<UInt8>, depthLimit: Int = 64, allowsNaN: Bool = false
    ) throws(JSONParseError) {
        var reader = JSONReader(bytes: Array(bytes), depthLimit: depthLimit, allowsNaN: allowsNaN)
        self = try reader.document()
    }

    public init(parsing text: String, depthLimit: Int = 64, allowsNaN: Bool = false) throws(JSONParseError) {
        try self.init(parsing: text.utf8, depthLimit: depthLimit, allowsNaN: allowsNaN)
    }
}

private struct JSONReader {
    let bytes: [UInt8]
    let depthLimit: Int
    let allowsNaN: Bool
    var offset = 0
    var depth = 0

    init(bytes: [UInt8], depthLimit: Int, allowsNaN: Bool) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.allowsNaN = allowsNaN
    }

    mutating func document() throws(JSONParseError) -> JSONValue {
        let value = try self.value()
        self.skipWhiteSpace()
        guard self.offset == self.bytes.count else { throw self.error("extra data after the value") }
        return value
    }

    private mutating func value() throws(JSONParseError) -> JSONValue {
        self.skipWhiteSpace()
        guard self.offset < self.bytes.count else { throw self.error("expected a value") }
        switch self.bytes[self.offset] {
        case UInt8(ascii: "{"): return try self.object()
        case UInt8(ascii: "["): return try self.array()
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        case UInt8(ascii: "N") where self.allowsNaN: return try self.word("NaN", .number(.nan))
        case UInt8(ascii: "I") where self.allowsNaN: return try self.word("Infinity", .number(.infinity))
        case UInt8(ascii: "-") where self.allowsNaN && self.peek(1) == UInt8(ascii: "I"):
            return try self.word("-Infinity", .number(-.infinity))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        default: throw self.error("expected a value")
        }
    }

    private mutating func object() throws(JSONParseError) -> JSONValue {
        try self.enter()
        var object = JSONObject()
        self.skipWhiteSpace()
        if self.take(UInt8(ascii: "}")) { self.depth -= 1; return .object(object) }
        while true {
            self.skipWhiteSpace()
            guard self.peek() == UInt8(ascii: "\"") else { throw self.error("expected a key in double quotes") }
            let key = try self.string()
            self.skipWhiteSpace()
            guard self.take(UInt8(ascii: ":")) else { throw self.error("expected ':'") }
            object[key] = try self.value()
            self.skipWhiteSpace()
            if self.take(UInt8(ascii: ",")) { continue }
            guard self.take(UInt8(ascii: "}")) else { throw self.error("expected ',' or '}'") }
            self.depth -= 1
            return .object(object)
        }
    }

    private mutating func array() throws(JSONParseError) -> JSONValue {
        try self.enter()
        var array: [JSONValue] = []
        self.skipWhiteSpace()
        if self.take(UInt8(ascii: "]")) { self.depth -= 1; return .array(array) }
        while true {
            array.append(try self.value())
            self.skipWhiteSpace()
            if self.take(UInt8(ascii: ",")) { continue }
            guard self.take(UInt8(ascii: "]")) else { throw self.error("expected ',' or ']'") }
            self.depth -= 1
            return .array(array)
        }
    }

    private mutating func string() throws(JSONParseError) -> String {
        self.offset += 1
        var text: [UInt8] = []
        while self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw self.error("not UTF-8") }
                self.offset += 1
                return string
            case UInt8(ascii: "\\"):
                self.offset += 1
                text.append(contentsOf: String(try self.escape()).utf8)
            case 0..<0x20: throw self.error("control character in a string")
            default:
                text.append(byte)
                self.offset += 1
            }
        }
        throw self.error("string without an end")
    }

    private mutating func escape() throws(JSONParseError) -> Unicode.Scalar {
        guard let letter = self.peek() else { throw self.error("string without an end") }
        self.offset += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try self.hexadecimal()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            guard (0xD800..<0xDC00).contains(unit), self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")) else {
                return "\u{FFFD}"
            }
            let low = try self.hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
        default: throw self.error("unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONParseError) -> UInt32 {
        guard self.offset + 4 <= self.bytes.count else { throw self.error("\\u needs four hexadecimal digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(self.bytes[self.offset])).hexDigitValue else {
                throw self.error("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            self.offset += 1
        }
        return value
    }

    private mutating func number() throws(JSONParseError) -> JSONValue {
        let start = self.offset
        var isInteger = true
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) {
            isInteger = false
            try self.digits()
        }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            isInteger = false
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text) else { throw self.error("not a number: \(text)") }
        return .number(value)
    }

    private mutating func digits() throws(JSONParseError) {
        let start = self.offset
        while let byte = self.peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { self.offset += 1 }
        guard self.offset > start else { throw self.error("expected a digit") }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        guard self.bytes[self.offset...].starts(with: word.utf8) else { throw self.error("expected a value") }
        self.offset += word.utf8.count
        return value
    }

    private mutating func enter() throws(JSONParseError) {
        self.depth += 1
        guard self.depth <= self.depthLimit else { throw self.error("nested deeper than \(self.depthLimit)") }
        self.offset += 1
    }

    private mutating func skipWhiteSpace() {
        while let byte = self.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.offset += 1 }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        self.offset + ahead < self.bytes.count ? self.bytes[self.offset + ahead] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek() == byte else { return false }
        self.offset += 1
        return true
    }

    private func error(_ message: String) -> JSONParseError { JSONParseError(message: message, offset: self.offset) }
}
