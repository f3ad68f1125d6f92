import Analysis
import Methods
import Store

/// A run that waits for an operator: what it has done, and what it still needs.
struct WaitingRun: Sendable {
    let id: UUIDv7
    let isCleaning: Bool
    /// Whether something of it may stand in lines and syringes.
    let hasBegun: Bool
    /// Whether something is still to flow for it.
    let needsLines: Bool
    let plan: Plan
    /// Cells whose content it has still to measure, once nothing flows for it any more.
    let measuredCells: Set<String>

    /// Whether another one must not go on before this one: it would rinse away a sample, or take a syringe that holds what
    /// this one has drawn.
    func goesBefore(_ other: WaitingRun, in graph: TubingGraph) -> Bool {
        guard self.hasBegun || !self.needsLines, self.id != other.id else { return false }
        if self.needsLines, other.needsLines { return !other.hasBegun || (other.isCleaning && !self.isCleaning) }
        return other.plan.disturbs(self.measuredCells, in: graph)
    }
}

extension WaitingRun {
    /// - Throws: `.badState` if what is kept of it cannot be read.
    init(_ run: RunInHand, _ steps: [StepRecord]) throws(AgentError) {
        let progress = try RunProgress(of: run.plan, steps: steps)
        let rest = progress.open.flatMap { run.plan.densimetry(from: $0.index) }
        self.id = run.id
        self.isCleaning = run.isCleaning
        self.hasBegun = !steps.isEmpty
        self.needsLines = progress.open != nil && rest == nil
        self.plan = run.plan
        self.measuredCells = rest?.cells ?? []
    }
}
