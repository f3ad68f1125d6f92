import Protocols
import Store

/// A question to an operator, with its answer once there is one.
public struct PromptReport: Sendable, Hashable, Codable {
    public struct Choice: Sendable, Hashable, Codable {
        public var answer: String
        /// What is done then.
        public var meaning: String
    }

    public var id: String
    /// The run that waits; nil if none does.
    public var run: String?
    public var text: String
    public var choices: [Choice]
    /// `asked`, `answered` or `expired`.
    public var state: String
    /// ISO 8601, UTC.
    public var asked: String
    public var answer: String?
    public var answeredBy: String?
    public var changed: String

    init(_ prompt: Prompt) throws {
        let question = try prompt.question.decode(Question.self)
        self.id = prompt.id.description
        self.run = prompt.run?.description
        self.text = question.text
        self.choices = question.choices.map { Choice(answer: $0.answer, meaning: $0.meaning) }
        self.state = prompt.state.rawValue
        self.asked = prompt.asked.text
        self.answer = prompt.answer?.string
        self.answeredBy = prompt.answeredBy.isEmpty ? nil : prompt.answeredBy
        self.changed = prompt.changed.text
    }
}
