import Protocols

/// Texts as Python prints them, because the original shows them to its clients and stores them.
enum PythonText {
    /// `repr` of a text: single quotes, unless the text has single quotes and no double ones.
    static func quoted(_ text: String) -> String {
        let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var output = String(quote)
        for character in text {
            switch character {
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case quote: output += "\\" + String(quote)
            default: output.append(character)
            }
        }
        return output + String(quote)
    }

    /// `['a', 'b']`
    static func list(_ texts: [String]) -> String {
        "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
    }

    /// The texts of a list that `list` wrote; anything else counts as empty.
    static func texts(ofList list: String) -> [String] {
        var texts: [String] = []
        var current: String?
        var quote: Character = "'"
        var isEscape = false
        for character in list {
            guard let text = current else {
                if character == "'" || character == "\"" {
                    quote = character
                    current = ""
                }
                continue
            }
            if isEscape {
                current = text + (character == "n" ? "\n" : character == "t" ? "\t" : String(character))
                isEscape = false
            } else if character == "\\" {
                isEscape = true
            } else if character == quote {
                texts.append(text)
                current = nil
            } else {
                current = text + String(character)
            }
        }
        return texts
    }

    /// `json.dumps`: like `JSONValue.text(.python)`, but numbers that are not finite keep their words.
    static func json(_ value: JSONValue) -> String {
        guard value.containsNonFinite else { return value.text(.python) }
        switch value {
        case .number(let number) where number.isNaN: return "NaN"
        case .number(let number): return number < 0 ? "-Infinity" : "Infinity"
        case .array(let items): return "[" + items.map(Self.json).joined(separator: ", ") + "]"
        case .object(let members):
            let texts = members.map { JSONValue.string($0.key).text(.python) + ": " + Self.json($0.value) }
            return "{" + texts.joined(separator: ", ") + "}"
        default: return value.text(.python)
        }
    }
}
