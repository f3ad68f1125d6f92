import Methods
import Protocols
import Testing

/// What is taken as an answer, and how it is kept.
@Suite struct QuestionTests {
    private let refill = Question(
        text: "Refill Reservoir6.",
        choices: [
            .init(
                answer: "refilled", meaning: "it holds this now",
                entries: [
                    .init(number: "volume", label: "what it holds now", unit: "mL", from: 1, to: 1000),
                    .init(text: "remark", label: "what should be known"),
                ]), .init(answer: "later", meaning: "ask again"),
        ])

    @Test func `a value is kept in the unit of its entry, whatever unit it came in`() throws {
        for text in ["50 mL", "0.05 L", " 50000 µL ", "50000uL"] {
            let answer = try self.refill.check("refilled", ["volume": text, "remark": ""])
            #expect(answer == OperatorAnswer(choice: "refilled", entries: ["volume": "50 mL"]), "\(text)")
        }
    }

    @Test func `where one value alone is asked for, it is an answer by itself`() throws {
        #expect(try self.refill.check("50 mL") == OperatorAnswer(choice: "refilled", entries: ["volume": "50 mL"]))
        #expect(try self.refill.check("later").json == "later")
    }

    @Test(
        arguments: [
            ("50", [:], "“50” has no unit; write for example “50 mL”"), ("50 K", [:], "is not in mL"),
            ("0.5 mL", [:], "is not from 1 to 1000 mL"), ("1e9 L", [:], "is not from"),
            ("nan mL", [:], "is no answer to it; answer one of refilled, later"), ("", [:], "is no answer"),
            ("refilled", [:], "needs “volume”"), ("refilled", ["volume": "  "], "needs “volume”"),
            ("refilled", ["volume": "plenty"], "does not begin with a number"),
            ("later", ["volume": "5 mL"], "takes no “volume”; it takes nothing"),
            ("refilled", ["volume": "5 mL", "mass": "5 g"], "takes no “mass”; it takes volume, remark"),
            ("refilled", ["volume": "5 mL", "remark": "a\nb"], "one line"),
            ("refilled", ["volume": "5 mL", "remark": "\u{1B}[2J"], "one line"),
            ("refilled", ["volume": "5 mL", "remark": String(repeating: "x", count: 1 << 20)], "longer than 500"),
        ] as [(String, [String: String], String)])
    func `what is no answer is refused with what can be answered`(
        answer: String, entries: [String: String], says: String
    ) {
        let error = #expect(throws: BadAnswer.self) { try self.refill.check(answer, entries) }
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }

    @Test func `an answer is read back from the journal as it was given`() throws {
        for answer in [
            OperatorAnswer(choice: "done"), OperatorAnswer(choice: "elsewhere", entries: ["address": "Ulm; \"x\" <b>"]),
        ] {
            #expect(OperatorAnswer(try JSONValue(parsing: answer.json.text())) == answer)
        }
        #expect(OperatorAnswer(["choice": "done", "entries": ["a": 1]]) == nil)
        #expect(OperatorAnswer(7) == nil)
    }

    @Test func `questions of earlier versions are read`() throws {
        let old: JSONValue = ["text": "Go on?", "choices": [["answer": "resume", "meaning": "go on"]]]
        let question: Question = try old.decode()
        #expect(try question.check("resume") == OperatorAnswer(choice: "resume"))
        #expect(question.role == nil && question.picture == nil)
    }
}
