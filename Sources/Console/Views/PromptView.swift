import DeviceKit

/// A question to a person, as the desk tells it.
struct PromptView: Decodable, Sendable {
    struct Choice: Decodable, Sendable {
        var answer: String
        var meaning: String
        var entries: [Entry]
    }

    /// One value that is typed in.
    struct Entry: Decodable, Sendable {
        var name: String
        var label: String
        var isRequired: Bool
        /// Of a number, and of its range; nil for text.
        var unit: String?
        var from: Double?
        var to: Double?
    }

    struct Picture: Decodable, Sendable {
        var sha256: String
    }

    var id: String
    var run: String?
    var text: String
    var choices: [Choice]
    var picture: Picture?
    /// Who may answer; nil lets every operator.
    var role: Role?
    var state: String
    var asked: String
    var due: String?
    var answer: String?
    /// With the answer, by name.
    var entered: [String: String]
    var answeredBy: String?
    var changed: String

    /// The least that somebody who answers must be.
    var answerer: Role { max(self.role ?? .operator, .operator) }
}
