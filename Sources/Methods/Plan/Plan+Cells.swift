public import Analysis

extension Plan {
    /// Whether a step moves or measures what stands in one of these cells.
    public func disturbs(_ cells: Set<String>, in graph: TubingGraph) -> Bool {
        self.steps.contains { !$0.action.cells(in: graph).isDisjoint(with: cells) }
    }

    /// What is measured from a step on if nothing flows any more from there; nil if something does.
    public func densimetry(from index: Int) -> (instruments: Set<String>, cells: Set<String>)? {
        var found: (instruments: Set<String>, cells: Set<String>) = ([], [])
        for step in self.steps[index...] {
            guard case .measureDensity(let densimeter, _, let cell) = step.action else { return nil }
            found.instruments.insert(densimeter)
            found.cells.insert(cell)
        }
        return found.cells.isEmpty ? nil : found
    }
}

extension Action {
    /// Instruments whose cells it moves something through, or measures while nothing else may.
    fileprivate func cells(in graph: TubingGraph) -> Set<String> {
        switch self {
        case .moveSyringes(let dosing): dosing.moves.reduce(into: []) { $0.formUnion(graph.cells(along: $1.route)) }
        case .blow(let route, _, _): graph.cells(along: route)
        case .measureDensity(_, _, let cell), .fillByHand(let cell, _): [cell]
        // A valve that turns at the end of a cell closes it; nothing flows.
        case .turnValves, .setRelay, .settle, .measureImpedance, .askOperator: []
        }
    }
}

extension TubingGraph {
    fileprivate func cells(along route: [String]) -> Set<String> {
        route.reduce(into: []) { cells, name in
            switch self.node(name)?.kind {
            case .cellInlet(let instrument), .cellOutlet(let instrument): cells.insert(instrument)
            default: break
            }
        }
    }
}
