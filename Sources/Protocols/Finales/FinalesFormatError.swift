/// Why a JSON value is not the FINALES object it should be.
public struct FinalesFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being read: `request`, `result info` …
    public let object: String
    /// The member that is missing or has the wrong shape.
    public let member: String
    /// What it should be.
    public let expected: String
    /// What stands there, as JSON text cut to 80 characters; `nothing` if absent.
    public let found: String

    init(_ object: String, _ member: String, expected: String, found: JSONValue?) {
        self.object = object
        self.member = member
        self.expected = expected
        self.found = found.map { String($0.text().prefix(80)) } ?? "nothing"
    }

    public var description: String {
        "FINALES \(self.object): \"\(self.member)\" should be \(self.expected), found \(self.found)"
    }
}

/// Reads members of one object by name; members that nobody asks for are ignored.
struct FinalesReader {
    let object: String
    let members: JSONValue

    func string(_ name: String) throws(FinalesFormatError) -> String {
        guard let text = self.members[name]?.string else { throw self.error(name, "a string") }
        return text
    }

    func object(_ name: String) throws(FinalesFormatError) -> JSONObject {
        guard let object = self.members[name]?.object else { throw self.error(name, "an object") }
        return object
    }

    func strings(_ name: String) throws(FinalesFormatError) -> [String] {
        guard let items = self.members[name]?.array else { throw self.error(name, "a list of strings") }
        let strings = items.compactMap(\.string)
        guard strings.count == items.count else { throw self.error(name, "a list of strings") }
        return strings
    }

    func value(_ name: String) throws(FinalesFormatError) -> JSONValue {
        guard let value = self.members[name] else { throw self.error(name, "present") }
        return value
    }

    func time(_ name: String) throws(FinalesFormatError) -> FinalesTime {
        guard let time = FinalesTime(try self.string(name)) else { throw self.error(name, "a date and time") }
        return time
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) throws(FinalesFormatError) -> Choice {
        guard let choice = Choice(rawValue: try self.string(name)) else {
            throw self.error(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    func error(_ name: String, _ expected: String) -> FinalesFormatError {
        FinalesFormatError(self.object, name, expected: expected, found: self.members[name])
    }
}
