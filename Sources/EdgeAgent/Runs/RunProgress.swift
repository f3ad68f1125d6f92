import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// How far a run has come, by its journaled steps: what is done, what is open, and what has to be set up again before it
/// goes on. Pure.
struct RunProgress: Sendable {
    /// Of the steps that are done, by index.
    let outcomes: [Int: StepOutcome]
    /// The first step that is not done; nil when all are.
    let open: OpenStep?
    /// Steps that are done and are done again first: the turns that put the valves where the open step needs them.
    let restoring: Set<Int>

    /// The step at which a run goes on.
    struct OpenStep: Sendable {
        let index: Int
        let step: Step
        /// As journaled; nil if it was never begun.
        let state: StepState?
        /// Why it was not done, in words; nil if nothing went wrong.
        let error: String?
        /// Whether the fill levels behind `state` were read.
        let hasLevels: Bool

        /// Whether an earlier attempt may have done a part of it.
        var mayHaveMoved: Bool { self.state == .sent || self.state == .unknown || self.hasLevels }

        /// Whether only a person can tell if it happened: nothing can be asked about it, and it must not happen twice.
        var needsWitness: Bool {
            guard self.state == .unknown || self.state == .sent, !self.step.action.isRepeatable else { return false }
            if case .moveSyringes = self.step.action { return false }
            return true
        }
    }

    /// - Throws: `.badState` if an outcome cannot be read.
    init(of plan: Plan, steps: [StepRecord]) throws(AgentError) {
        var outcomes: [Int: StepOutcome] = [:]
        for record in steps where record.state == .done {
            guard let outcome = try? record.outcome?.decode(StepOutcome.self) else {
                throw AgentError(
                    .badState, "the outcome of step \(record.index + 1) of run \(record.run) cannot be read")
            }
            outcomes[record.index] = outcome
        }
        self.outcomes = outcomes
        // Turns before a step that is done are there to restore the valves, when that was interrupted, too.
        let last = outcomes.keys.max() ?? -1
        let open = plan.steps.indices.first { index in
            guard outcomes[index] == nil else { return false }
            if case .turnValves = plan.steps[index].action { return index > last }
            return true
        }
        guard let index = open else {
            self.open = nil
            self.restoring = []
            return
        }
        let record = steps.first { $0.index == index }
        self.open = OpenStep(
            index: index, step: plan.steps[index], state: record?.state, error: record?.outcome?["error"]?.string,
            hasLevels: record?.outcome?["moved"] != nil)
        self.restoring = Self.turns(before: index, in: plan)
    }

    /// For each valve the last turn before a step, and every turn after the first of these.
    private static func turns(before index: Int, in plan: Plan) -> Set<Int> {
        var last: [String: Int] = [:]
        for (place, step) in plan.steps[..<index].enumerated() {
            guard case .turnValves(let settings) = step.action else { continue }
            for setting in settings { last[setting.valve] = place }
        }
        guard let first = last.values.min() else { return [] }
        return Set(
            (first..<index).filter { place in
                if case .turnValves = plan.steps[place].action { true } else { false }
            })
    }
}

extension Dosing {
    /// What is left to do from where the plungers stand: their targets stay, and those that move end together.
    ///
    /// - Parameters:
    ///   - levels: present fill levels by pump node.
    ///   - slowest: the slowest flow that each pump can do.
    /// - Throws: `.unsafe` for a plunger that stands where this dosing does not lead.
    func rest(
        from levels: [String: Volume], slowest: [String: FlowRate]
    ) throws(DeviceError) -> Dosing {
        var rest = self
        rest.moves = []
        for var move in self.moves {
            guard let level = levels[move.pump] else { continue }
            let way = move.to - move.from
            let left = move.to - level
            let leadsBack = (way.si < 0) != (left.si < 0)
            guard !leadsBack || left.magnitude <= Interlocks.levelTolerance else {
                throw DeviceError(
                    .unsafe, device: move.pump, command: "go on to \(move.to)",
                    "the plunger stands at \(level), beyond the end of this step",
                    advice: "Abandon the run; what moved it is not in the journal.")
            }
            guard !leadsBack, left.si != 0 else { continue }
            move.from = level
            rest.moves.append(move)
        }
        let longest = rest.longest
        guard rest.moves.count > 1, longest > .zero else { return rest }
        for index in rest.moves.indices {
            let move = rest.moves[index]
            let together = FlowRate(si: move.volume.magnitude.si / (longest / .seconds(1)))
            rest.moves[index].flow = max(together, min(move.flow, slowest[move.pump] ?? together))
        }
        return rest
    }

    /// The outcome of the whole when its rest is done: from where the first attempt began.
    func whole(_ rest: [StepOutcome.Dosed], from levels: [String: Volume]) -> [StepOutcome.Dosed] {
        self.moves.map { move in
            let reached = rest.first { $0.pump == move.pump }?.to ?? levels[move.pump] ?? move.to
            return .init(pump: move.pump, from: move.from, to: reached)
        }
    }
}
