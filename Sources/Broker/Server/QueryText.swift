import Protocols

/// Names and values of a query or of a form, as `application/x-www-form-urlencoded` writes them.
struct QueryText: Sendable {
    private var values: [String: String] = [:]

    init(_ text: String?) {
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decode(parts[0], plusIsSpace: true)
            // Of several values of one name the last counts.
            self.values[name] = parts.count > 1 ? Self.decode(parts[1], plusIsSpace: true) : ""
        }
    }

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? { self.values[name] }

    /// A value that has to be there.
    func required(_ name: String, issues: inout [ShapeIssue]) -> String {
        if let value = self.values[name] { return value }
        issues.append(.missing("query", .string(name)))
        return ""
    }

    /// One of a few words that has to be there.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, issues: inout [ShapeIssue]
    ) -> Choice? {
        guard let text = self.values[name] else {
            issues.append(.missing("query", .string(name)))
            return nil
        }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map { "'\($0.rawValue)'" }
        let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        issues.append(
            ShapeIssue(
                type: "enum", place: ["query", .string(name)], message: "Input should be \(list)",
                input: .string(text), context: ["expected": .string(list)]))
        return nil
    }

    /// A truth value in any of the spellings that the original takes.
    func flag(_ name: String, default standard: Bool, issues: inout [ShapeIssue]) -> Bool {
        guard let text = self.values[name] else { return standard }
        switch text.lowercased() {
        case "1", "true", "t", "yes", "y", "on": return true
        case "0", "false", "f", "no", "n", "off": return false
        default:
            issues.append(
                ShapeIssue(
                    type: "bool_parsing", place: ["query", .string(name)],
                    message: "Input should be a valid boolean, unable to interpret input", input: .string(text)))
            return standard
        }
    }

    /// Replaces `%41` by the byte it stands for; what is no such triple stays. Bytes that are not UTF-8 become U+FFFD.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
