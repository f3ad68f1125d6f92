import Analysis
import DeviceKit
import Methods
import Protocols
import Testing

@testable import EdgeAgent
@testable import Store

/// What is left of a run, from its plan and its journaled steps alone.
@Suite struct RunProgressTests {
    private let turnA = Step(
        "turn", .turnValves([.init(valve: "V1", port: 2), .init(valve: "V2", port: 5)]), estimate: .seconds(1))
    private let turnB = Step("turn again", .turnValves([.init(valve: "V1", port: 4)]), estimate: .seconds(1))
    private let rest = Step("rest", .settle(.seconds(3)), estimate: .seconds(3))
    private let blow = Step(
        "blow", .blow(route: ["gas", "waste"], relay: "gas", duration: .seconds(4)), estimate: .seconds(4))

    private func plan(_ steps: Step...) -> Plan { Plan(summary: [], steps: steps, consumption: [:]) }

    private func record(_ index: Int, _ step: Step, _ state: StepState, _ outcome: JSONValue? = nil) throws
        -> StepRecord
    {
        let done = state == .done ? try JSONValue(encoding: StepOutcome.done) : nil
        return StepRecord(
            run: UUIDv7Source(after: nil, now: { 1 }).make(), index: index, kind: step.action.kind,
            description: try JSONValue(encoding: step), isRepeatable: step.action.isRepeatable, state: state,
            outcome: outcome ?? done, attempt: 1, intended: Moment.now(), changed: Moment.now())
    }

    @Test func `a run that has not begun begins with its first step, and sets nothing again`() throws {
        let progress = try RunProgress(of: self.plan(self.turnA, self.rest), steps: [])
        #expect(progress.open?.index == 0)
        #expect(progress.open?.state == nil)
        #expect(progress.restoring.isEmpty)
    }

    @Test func `a run whose steps are all done has nothing open`() throws {
        let steps = [try self.record(0, self.turnA, .done), try self.record(1, self.rest, .done)]
        #expect(try RunProgress(of: self.plan(self.turnA, self.rest), steps: steps).open == nil)
    }

    @Test func `the valves are set again as the open step needs them, in the order of the plan`() throws {
        let plan = self.plan(self.turnA, self.rest, self.turnB, self.rest, self.blow)
        let steps = try plan.steps.dropLast().enumerated().map { try self.record($0.offset, $0.element, .done) }
        let progress = try RunProgress(of: plan, steps: steps)
        #expect(progress.open?.index == 4)
        #expect(progress.restoring == [0, 2])
    }

    @Test func `only a person can tell whether a pulse of gas happened, but not for a valve or a plunger`() throws {
        let plan = self.plan(self.blow)
        func open(_ step: Step, _ state: StepState) throws -> RunProgress.OpenStep? {
            try RunProgress(of: self.plan(step), steps: [self.record(0, step, state, ["error": "so"])]).open
        }
        #expect(try open(self.blow, .unknown)?.needsWitness == true)
        #expect(try open(self.blow, .refused)?.needsWitness == false)
        #expect(try open(self.turnA, .unknown)?.needsWitness == false)
        #expect(plan.steps.count == 1)
        let dose = Step("dose", .moveSyringes(Dosing(purpose: .collect, moves: [])), estimate: .zero)
        #expect(try open(dose, .unknown)?.needsWitness == false)
    }

    @Test func `the rest of a dose keeps its targets, and all that move end together`() throws {
        let dosing = Self.dosing
        let levels = ["A": Volume(2.5, .millilitre), "B": Volume(1.9, .millilitre)]
        let rest = try dosing.rest(from: levels, slowest: [:])
        #expect(rest.moves.map(\.to) == dosing.moves.map(\.to))
        #expect(rest.moves.map(\.from) == [levels["A"], levels["B"]])
        let times = rest.moves.map { $0.volume / $0.flow }
        #expect(abs((times[0] - times[1]) / .seconds(1)) < 1e-3)
        // Nothing gets faster than it was planned.
        for (move, planned) in zip(rest.moves, dosing.moves) { #expect(move.flow.si <= planned.flow.si * 1.000001) }
        let whole = dosing.whole(
            [.init(pump: "A", from: Volume(2.5, .millilitre), to: Volume(1, .millilitre))], from: levels)
        #expect(whole.first { $0.pump == "A" }?.from == Volume(3, .millilitre))
        #expect(whole.first { $0.pump == "A" }?.to == Volume(1, .millilitre))
        #expect(whole.first { $0.pump == "B" }?.to == Volume(1.9, .millilitre))
    }

    @Test func `a dose that is done already leaves nothing to move`() throws {
        let rest = try Self.dosing.rest(
            from: ["A": Volume(1, .millilitre), "B": Volume(0.995, .millilitre)], slowest: [:])
        #expect(rest.moves.isEmpty)
    }

    @Test func `a plunger beyond the end of its step is not moved back`() {
        let error = #expect(throws: DeviceError.self) {
            try Self.dosing.rest(from: ["A": Volume(0.5, .millilitre), "B": Volume(1.5, .millilitre)], slowest: [:])
        }
        #expect(error?.code == .unsafe)
        #expect(error?.device == "A")
    }

    private static let dosing = Dosing(
        purpose: .collect,
        moves: [
            .init(
                pump: "A", from: Volume(3, .millilitre), to: Volume(1, .millilitre),
                flow: FlowRate(0.04, .millilitrePerSecond), route: ["A", "waste"]),
            .init(
                pump: "B", from: Volume(2, .millilitre), to: Volume(1, .millilitre),
                flow: FlowRate(0.02, .millilitrePerSecond), route: ["B", "waste"]),
        ])
}
