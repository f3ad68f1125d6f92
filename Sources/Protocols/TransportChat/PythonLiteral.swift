/// Dictionaries of texts as Python prints them, and as people copy them: in its quotes or in JSON's.
enum PythonLiteral {
    /// As Python's `repr` writes it.
    static func text(of value: JSONValue) -> String {
        switch value {
        case .null: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .string(let text): Self.quoted(text)
        case .array(let items): "[" + items.map(Self.text).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.key)): \(Self.text(of: $0.value))" }.joined(separator: ", ") + "}"
        default: value.text()
        }
    }

    private static func quoted(_ text: String) -> String {
        let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var result = String(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where Character(scalar) == quote: result += "\\\(quote)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + String(quote)
    }

    /// Reads `{'address': 'Lab 7', 'detail_1': None}`, whichever quotes it has; members that are `None` or `null` are
    /// left out. Nil for everything else. Total.
    static func dictionary(_ text: String) -> [String: String]? {
        var rest = text.unicodeScalars[...]
        guard Self.take("{", &rest) else { return nil }
        var members: [String: String] = [:]
        if Self.take("}", &rest) { return Self.isBlank(rest) ? members : nil }
        while true {
            guard let name = Self.string(&rest), Self.take(":", &rest) else { return nil }
            Self.skipBlanks(&rest)
            if let word = ["None", "null"].first(where: { rest.starts(with: $0.unicodeScalars) }) {
                rest = rest.dropFirst(word.unicodeScalars.count)
            } else {
                guard let value = Self.string(&rest), members.updateValue(value, forKey: name) == nil else {
                    return nil
                }
            }
            if Self.take("}", &rest) { return Self.isBlank(rest) ? members : nil }
            guard Self.take(",", &rest) else { return nil }
        }
    }

    private typealias Rest = Substring.UnicodeScalarView

    private static func string(_ rest: inout Rest) -> String? {
        self.skipBlanks(&rest)
        guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
        rest.removeFirst()
        var text = ""
        while let scalar = rest.popFirst() {
            if scalar == quote { return text }
            guard scalar == "\\" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "n": text += "\n"
            case "t": text += "\t"
            case let escaped? where escaped == "\\" || escaped == "'" || escaped == "\"" || escaped == "/":
                text.unicodeScalars.append(escaped)
            // Other escapes are not met in places.
            default: return nil
            }
        }
        return nil
    }

    private static func take(_ wanted: Unicode.Scalar, _ rest: inout Rest) -> Bool {
        self.skipBlanks(&rest)
        guard rest.first == wanted else { return false }
        rest.removeFirst()
        return true
    }

    private static func skipBlanks(_ rest: inout Rest) {
        while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
    }

    private static func isBlank(_ rest: Rest) -> Bool { rest.allSatisfy(\.properties.isWhitespace) }
}
