import Protocols

/// The body of a call that should be JSON.
enum CallBody: Sendable {
    case absent
    case json(JSONValue)
    /// There is a body, but its Content-Type does not say JSON.
    case other(String)

    /// Reads the body before anything else is looked at, as the original does: broken JSON comes before a missing login.
    init(_ call: BrokerCall, depthLimit: Int) throws(Refusal) {
        guard !call.body.isEmpty else {
            self = .absent
            return
        }
        guard Self.saysJSON(call.contentType) else {
            self = .other(String(decoding: call.body, as: UTF8.self))
            return
        }
        guard String(validating: call.body, as: UTF8.self) != nil else { throw Self.unreadable }
        let bytes = call.body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(call.body.dropFirst(3)) : call.body
        do {
            self = .json(try JSONValue(parsing: bytes, depthLimit: depthLimit, allowsNaN: true))
        } catch {
            guard !error.message.hasPrefix("nested") else { throw Self.unreadable }
            let words = Self.pythonWords[error.message] ?? "Expecting value"
            let offset = Self.pythonOffset(of: error, words: words, in: bytes)
            let before = String(decoding: bytes.prefix(offset), as: UTF8.self)
            throw .shape([
                ShapeIssue(
                    type: "json_invalid", place: ["body", .integer(Int64(before.unicodeScalars.count))],
                    message: "JSON decode error", input: [:], context: ["error": .string(words)])
            ])
        }
    }

    /// Where Python's reader sees the error: for strings where they begin, for escapes where those begin.
    private static func pythonOffset(of error: JSONParseError, words: String, in bytes: [UInt8]) -> Int {
        let read = bytes.prefix(error.offset)
        let backslash = read.lastIndex(of: UInt8(ascii: "\\"))
        switch words {
        case "Invalid \\escape": return backslash ?? error.offset
        case "Invalid \\uXXXX escape": return backslash.map { $0 + 1 } ?? error.offset
        case "Unterminated string starting at":
            var start: Int?
            var isEscape = false
            for (index, byte) in read.enumerated() {
                if isEscape {
                    isEscape = false
                } else if byte == UInt8(ascii: "\\"), start != nil {
                    isEscape = true
                } else if byte == UInt8(ascii: "\"") {
                    start = start == nil ? index : nil
                }
            }
            return start ?? error.offset
        default: return error.offset
        }
    }

    private static let unreadable = Refusal.bad("There was an error parsing the body")

    /// A body without any Content-Type is read as JSON.
    private static func saysJSON(_ contentType: String?) -> Bool {
        guard let contentType, !contentType.isEmpty else { return true }
        let type = contentType.prefix { $0 != ";" }.trimmed.lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }

    /// How Python's reader says what ours says.
    private static let pythonWords = [
        "expected a key in double quotes": "Expecting property name enclosed in double quotes",
        "expected ':'": "Expecting ':' delimiter",
        "expected ',' or '}'": "Expecting ',' delimiter",
        "expected ',' or ']'": "Expecting ',' delimiter",
        "extra data after the value": "Extra data",
        "string without an end": "Unterminated string starting at",
        "control character in a string": "Invalid control character at",
        "unknown escape": "Invalid \\escape",
        "\\u needs four hexadecimal digits": "Invalid \\uXXXX escape",
    ]
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        String(self.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
