import Methods
import Protocols
import Testing

/// `transport/transport_service`, from its request to its result.
@Suite struct TransportServiceTests {
    private let lab = ExampleLab()
    private let method = TransportService(TransportSettings(due: .seconds(3600)))
    /// As the broker's specification shows it.
    static let parameters: JSONValue = [
        "origin": ["address": "Lab 7", "detail_1": "Dosing", "detail_2": "vial_3"],
        "destination": ["address": "AutoBASS"],
    ]

    @Test func `a request becomes one question, which no device is needed for`() throws {
        let run = try self.method.prepare(Self.parameters, sample: self.lab.sample, in: self.lab.situation)
        #expect(run.plan.isManual && run.cleanup.steps.isEmpty && self.method.isManual)
        guard case .askOperator(let question)? = run.plan.steps.first?.action else {
            Issue.record("no question")
            return
        }
        #expect(question.text == "Carry the sample of request r from Lab 7, Dosing, vial_3 to AutoBASS.")
        #expect(question.choices.map(\.answer) == ["done", "elsewhere", "impossible"])
        #expect(question.due == .seconds(3600))
        let kept = try JSONValue(encoding: run).decode(PreparedRun.self)
        #expect(kept == run)
    }

    @Test(
        arguments: [
            ("done", [:], true, ["address": "AutoBASS"]),
            ("done", ["remark": "spilled a little"], true, ["address": "AutoBASS"]),
            (
                "elsewhere", ["address": "Lab 7", "detail_1": "Fridge"], true,
                ["address": "Lab 7", "detail_1": "Fridge"]
            ),
            ("impossible", [:], false, ["address": "Lab 7", "detail_1": "Dosing", "detail_2": "vial_3"]),
            ("impossible", ["address": "Floor"], false, ["address": "Floor"]),
        ] as [(String, [String: String], Bool, JSONValue)])
    func `the result says where the sample is, whether it was carried, and by whom`(
        choice: String, entries: [String: String], success: Bool, place: JSONValue
    ) throws {
        let run = try self.method.prepare(Self.parameters, sample: self.lab.sample, in: self.lab.situation)
        let answer = OperatorAnswer(choice: choice, entries: entries)
        let result = try self.method.result(
            of: run,
            outcomes: [.answered(.init(answer: answer, person: "Mona", time: "2026-11-24T10:00:00.000000Z"))],
            fluid: self.lab.situation.fluid)
        #expect(result.parameters == Self.parameters)
        #expect(result.data["success"] == .bool(success))
        #expect(result.data["actual_new_location"] == place)
        #expect(result.data["executant"] == "Mona")
        #expect(result.data["details"]?["remark"]?.string == entries["remark"])
    }

    @Test func `what nobody has answered has no result`() throws {
        let run = try self.method.prepare(Self.parameters, sample: self.lab.sample, in: self.lab.situation)
        for outcomes in [[], [StepOutcome.done]] {
            #expect(throws: RequestRefusal.self) {
                try self.method.result(of: run, outcomes: outcomes, fluid: self.lab.situation.fluid)
            }
        }
    }

    @Test(
        arguments: [
            [:], ["origin": ["address": "A"]], ["origin": ["address": "A"], "destination": "B"],
            ["origin": ["address": "A"], "destination": ["address": 7]],
            ["origin": ["address": "A", "detail_1": 3], "destination": ["address": "B"]],
        ] as [JSONValue])
    func `a request without two locations is left alone`(parameters: JSONValue) {
        let error = #expect(throws: RequestRefusal.self) {
            try self.method.prepare(parameters, sample: self.lab.sample, in: self.lab.situation)
        }
        #expect(error?.kind == .unservable)
    }

    @Test func `a lab with addresses carries between these alone, and says so to the broker`() throws {
        let method = TransportService(TransportSettings(addresses: ["Lab 7", "Cycler"]))
        let error = #expect(throws: RequestRefusal.self) {
            try method.prepare(Self.parameters, sample: self.lab.sample, in: self.lab.situation)
        }
        #expect(error?.reason.contains("“AutoBASS” is not one of the addresses") == true)
        #expect(method.limitations[0]?["origin"]?["address"] == ["Lab 7", "Cycler"])
    }
}
