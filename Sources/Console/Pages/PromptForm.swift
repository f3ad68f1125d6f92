/// An answer as the form of a question sends it.
struct PromptForm {
    let answer: String
    /// By name; numbers have a unit.
    let entries: [String: String]

    private static let prefix = "entry-"

    /// The name of the field for an entry.
    static func field(_ entry: String) -> String { Self.prefix + entry }

    /// What was typed, as it was typed.
    static func typed(in call: Call) -> [String: String] {
        var typed: [String: String] = [:]
        for name in call.fields.keys where name.hasPrefix(Self.prefix) {
            typed[String(name.dropFirst(Self.prefix.count))] = call.field(name)
        }
        return typed
    }

    init(_ call: Call, for prompt: PromptView) {
        self.answer = call.field("answer")
        let asked = prompt.choices.first { [answer] in $0.answer == answer }?.entries ?? []
        self.entries = Self.typed(in: call).reduce(into: [:]) { entries, typed in
            let unit = asked.first { $0.name == typed.key }?.unit
            entries[typed.key] = unit.map { Self.quantity(typed.value, $0) } ?? typed.value
        }
    }

    /// The unit beside the field is meant, unless another one was typed. A decimal comma is understood.
    static func quantity(_ text: String, _ unit: String) -> String {
        let point = text.replacing(",", with: ".")
        return point.last?.isNumber == true ? "\(point) \(unit)" : point
    }
}
