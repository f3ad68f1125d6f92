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
        output += "\""
    }

    /// The shortest digits that read back equal, fixed between 1e-4 and 1e16, otherwise with an exponent of two digits.
    private static func pythonNotation(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        // Swift's description has the same shortest digits; only where the exponent begins and its width differ.
        let text = "\(value.magnitude)"
        let sign = value.sign == .minus ? "-" : ""
        let parts = text.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        var digits = String(mantissa[0]) + (mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : "")
        var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits.first == "0" { digits.removeFirst(); point -= 1 }
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        if value == 0 { return sign + "0.0" }
        if (-3...16).contains(point) {
            if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
            if digits.count <= point {
                return sign + digits + String(repeating: "0", count: point - digits.count) + ".0"
            }
            return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        }
        let exponent = point - 1
        let tail = digits.count > 1 ? "." + digits.dropFirst() : ""
        let width = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
        return sign + digits.prefix(1) + tail + "e" + (exponent < 0 ? "-" : "+") + width
    }
}
