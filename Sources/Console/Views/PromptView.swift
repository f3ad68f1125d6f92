/// A question to a person, as the desk tells it.
struct PromptView: Decodable, Sendable {
    struct Choice: Decodable, Sendable {
        var answer: String
        var meaning: String
    }

    var id: String
    var run: String?
    var text: String
    var choices: [Choice]
    var state: String
    var asked: String
    var answer: String?
    var answeredBy: String?
    var changed: String
}
