public import DeviceKit
public import Methods
import Protocols
import Store

/// A question to an operator, with its answer once there is one.
public struct PromptReport: Sendable, Hashable, Codable {
    public struct Choice: Sendable, Hashable, Codable {
        public var answer: String
        /// What is done then.
        public var meaning: String
        /// What is entered with it.
        public var entries: [Question.Entry]
    }

    public var id: String
    /// The run that waits; nil if none does.
    public var run: String?
    public var text: String
    public var choices: [Choice]
    /// What it is about as the lab names it, a device for example.
    public var topic: String?
    public var picture: Question.Picture?
    /// Who may answer; nil lets every operator.
    public var role: Role?
    /// `asked`, `answered` or `expired`.
    public var state: String
    /// ISO 8601, UTC.
    public var asked: String
    /// ISO 8601, UTC; from then on it is late.
    public var due: String?
    public var answer: String?
    /// What was entered with the answer, by name.
    public var entered: [String: String]
    public var answeredBy: String?
    public var changed: String

    init(_ prompt: Prompt) throws {
        let question = try prompt.question.decode(Question.self)
        self.id = prompt.id.description
        self.run = prompt.run?.description
        self.text = question.text
        self.choices = question.choices.map {
            Choice(answer: $0.answer, meaning: $0.meaning, entries: $0.entries ?? [])
        }
        self.topic = question.topic
        self.picture = question.picture
        self.role = question.role
        self.state = prompt.state.rawValue
        self.asked = prompt.asked.text
        self.due = prompt.due.map { due in Moment(utc: due, boot: prompt.asked.boot, monotonic: 0).text }
        let answer = prompt.answer.flatMap(OperatorAnswer.init)
        self.answer = answer?.choice
        self.entered = answer?.entries ?? [:]
        self.answeredBy = prompt.answeredBy.isEmpty ? nil : prompt.answeredBy
        self.changed = prompt.changed.text
    }
}
