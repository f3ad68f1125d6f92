import DeviceKit
import Methods
import Protocols
import Testing

@testable import EdgeAgent
@testable import Store

/// What a result says of steps that were interrupted.
@Suite struct ResultComposerTests {
    private let data: JSONObject = [
        "conductivity": ["values": [1.0], "meta": ["success": true, "rating": 5]], "details": ["drift_relative": 0],
    ]

    @Test func `a result without interruptions is left as it is`() throws {
        #expect(ResultComposer.noting([try self.step(.collect, attempts: 1)], in: self.data) == self.data)
    }

    @Test(arguments: [Dosing.Purpose.prime, .collect])
    func `a mixture that did not flow in one go is rated down`(purpose: Dosing.Purpose) throws {
        let noted = ResultComposer.noting([try self.step(purpose, attempts: 2)], in: self.data)
        #expect(noted["conductivity"]?["meta"] == ["success": true, "rating": 1])
        #expect(noted["details"]?["interruptions"]?.array?.count == 1)
        #expect(noted["details"]?["drift_relative"] == 0)
    }

    @Test func `an interruption that left the mixture alone is said, and changes no rating`() throws {
        let noted = ResultComposer.noting([try self.step(.fill, attempts: 3)], in: self.data)
        #expect(noted["conductivity"] == self.data["conductivity"])
        #expect(noted["details"]?["interruptions"]?[0]?["attempts"] == 3)
    }

    @Test func `a step of which only a person knew that it happened is said, with who said so`() throws {
        let pulse = Step(
            "blow", .blow(route: ["G", "V1"], relay: "gas", duration: .seconds(1)), estimate: .seconds(1))
        let outcome: JSONValue = ["done": [:], "witness": "Ada"]
        #expect(try outcome.decode(StepOutcome.self) == .done, "the journal reads it back all the same")
        let noted = ResultComposer.noting([try self.record(pulse, outcome: outcome)], in: self.data)
        #expect(noted["details"]?["interruptions"]?[0]?["happened_by_word_of"] == "Ada")
        #expect(noted["conductivity"] == self.data["conductivity"])
    }

    private func step(_ purpose: Dosing.Purpose, attempts: Int) throws -> StepRecord {
        let step = Step("push", .moveSyringes(Dosing(purpose: purpose, moves: [])), estimate: .seconds(1))
        return try self.record(step, attempts: attempts)
    }

    private func record(_ step: Step, outcome: JSONValue? = nil, attempts: Int = 1) throws -> StepRecord {
        StepRecord(
            run: UUIDv7Source(after: nil, now: { 1 }).make(), index: 0, kind: step.action.kind,
            description: try JSONValue(encoding: step), isRepeatable: false, state: .done, outcome: outcome,
            attempt: attempts, intended: Moment.now(), changed: Moment.now())
    }
}
