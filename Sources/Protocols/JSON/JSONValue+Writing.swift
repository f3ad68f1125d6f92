extension JSONValue {
    /// How a value is written.
    public struct Style: Sendable {
        var itemSeparator: String
        var keySeparator: String
        var escapesNonASCII: Bool
        var sortsKeys: Bool

        /// No spaces, UTF-8: for the wire.
        public static let compact = Style(
            itemSeparator: ",", keySeparator: ":", escapesNonASCII: false, sortsKeys: false)
        /// As Python's `json.dumps` writes by default: `", "`, `": "`, ASCII only.
        public static let python = Style(
            itemSeparator: ", ", keySeparator: ": ", escapesNonASCII: true, sortsKeys: false)
        /// Compact with sorted keys: equal values give equal bytes. For hashes.
        public static let canonical = Style(
            itemSeparator: ",", keySeparator: ":", escapesNonASCII: false, sortsKeys: true)
    }

    /// The value as JSON text. Numbers are written as Python writes them (`1e-07`, `2.5`, `1.0`), so that both sides
    /// of a broker show the same text; a value that is not finite is written as `null`.
    public func text(_ style: Style = .compact) -> String {
        var output = ""
        self.write(to: &output, style)
        return output
    }

    private func write(to output: inout String, _ style: Style) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .integer(let value): output += "\(value)"
        case .number(let value): output += Self.pythonNotation(value)
        case .string(let value): Self.write(value, to: &output, style)
        case .array(let values):
            output += "["
            for (index, value) in values.enumerated() {
                if index > 0 { output += style.itemSeparator }
                value.write(to: &output, style)
            }
            output += "]"
        case .object(let object):
            output += "{"
            for (index, key) in (style.sortsKeys ? object.keys.sorted() : object.keys).enumerated() {
                if index > 0 { output += style.itemSeparator }
                Self.write(key, to: &output, style)
                output += style.keySeparator
                (object[key] ?? .null).write(to: &output, style)
            }
            output += "}"
        }
    }

    private static func write(_ string: String, to output: inout String, _ style: Style) {
        output += "\""
        defer { output += "\"" }
        if string.utf8.allSatisfy({ Self.isPlain($0, style) }) {
            output += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\u{08}": output += "\\b"
            case "\u{0C}": output += "\\f"
            case _ where scalar.value < 0x20 || (style.escapesNonASCII && scalar.value > 0x7E):
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: output.unicodeScalars.append(scalar)
            }
        }
    }

    /// Whether a byte of a string is written as it is. Most strings are made of such bytes alone.
    private static func isPlain(_ byte: UInt8, _ style: Style) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            && !(style.escapesNonASCII && byte > 0x7E)
    }

    /// The shortest digits that read back equal, with an exponent below 1e-4 and from 1e16 on. Swift describes a number in
    /// the same way, only that its exponents begin at 2^53.
    private static func pythonNotation(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        return (0x1p53..<1e16).contains(value.magnitude) ? "\(Int64(value)).0" : "\(value)"
    }
}
