public import Protocols

/// A question to an operator. It survives restarts with the time at which it was first asked.
public struct Prompt: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        case asked, answered, expired
    }

    public let id: UUIDv7
    /// The run that waits, if one does.
    public let run: UUIDv7?
    public let question: JSONValue
    public let state: State
    public let answer: JSONValue?
    /// Who answered; empty before.
    public let answeredBy: String
    public let asked: Moment
    /// By when an answer is wanted, in microseconds since 1970 UTC.
    public let due: Int64?
    public let changed: Moment
    /// What it is about, `step RUN 3` for example: of all questions about one thing, one waits at most.
    public let subject: String?
    /// How often people were told that it waits.
    public let notices: Int

    init(
        asking question: JSONValue, id: UUIDv7, run: UUIDv7?, about subject: String? = nil, due: Duration? = nil,
        at moment: Moment
    ) {
        self.init(
            id: id, run: run, question: question, state: .asked, answer: nil, answeredBy: "", asked: moment,
            due: due.map { moment.advanced(by: $0).utc }, changed: moment, subject: subject, notices: 0)
    }

    init(
        id: UUIDv7, run: UUIDv7?, question: JSONValue, state: State, answer: JSONValue?, answeredBy: String,
        asked: Moment, due: Int64?, changed: Moment, subject: String?, notices: Int
    ) {
        self.id = id
        self.run = run
        self.question = question
        self.state = state
        self.answer = answer
        self.answeredBy = answeredBy
        self.asked = asked
        self.due = due
        self.changed = changed
        self.subject = subject
        self.notices = notices
    }
}
