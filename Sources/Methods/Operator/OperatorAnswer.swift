public import Protocols

/// What an operator answered, checked against the question: one of its choices, with what was entered for it.
public struct OperatorAnswer: Sendable, Hashable, Codable {
    public var choice: String
    /// By name; numbers in the unit of their entry, `50 mL` for example.
    public var entries: [String: String]

    public init(choice: String, entries: [String: String] = [:]) {
        self.choice = choice
        self.entries = entries
    }

    /// As the journal keeps it: the word alone where nothing was entered.
    public var json: JSONValue {
        guard !self.entries.isEmpty else { return .string(self.choice) }
        var entries = JSONObject()
        for (name, text) in self.entries.sorted(by: { $0.key < $1.key }) { entries[name] = .string(text) }
        return ["choice": .string(self.choice), "entries": .object(entries)]
    }

    /// Nil for what is no answer.
    public init?(_ json: JSONValue) {
        if let choice = json.string {
            self.init(choice: choice)
            return
        }
        guard let choice = json["choice"]?.string, let entries = json["entries"]?.object else { return nil }
        self.init(choice: choice)
        for (name, value) in entries {
            guard let text = value.string else { return nil }
            self.entries[name] = text
        }
    }
}
