extension TubingGraph {
    /// Rotary valves, in the order of the nodes.
    public var rotaryValves: [String] {
        self.nodes.compactMap { if case .valveCommon(let valve) = $0.kind { valve } else { nil } }
    }

    public var gasValves: [String] {
        self.nodes.compactMap { if case .gasValveOutlet(let valve) = $0.kind { valve } else { nil } }
    }

    /// The valves that feel the pressure of a pump: those that open tubes join with it under `settings`, whichever way
    /// the liquid goes. A valve counts even when the tube ends at a port that it does not select, because its rotor
    /// would sweep over it. A valve whose position is not in `settings` may join any of its ports.
    public func valves(onBranchOf pump: String, with settings: FluidicSettings) -> Set<String> {
        var valves: Set<String> = []
        var seen: Set<String> = [pump]
        var open = [pump]
        while let name = open.popLast() {
            guard let kind = self.node(name)?.kind, name == pump || !kind.isTerminal else { continue }
            if let valve = kind.rotaryValve ?? kind.gasValve { valves.insert(valve) }
            for edge in self.edges(at: name) where self.isOpen(edge, with: settings) {
                let other = edge.start == name ? edge.end : edge.start
                if seen.insert(other).inserted { open.append(other) }
            }
        }
        return valves
    }

    /// Whether gas from a gas valve comes out in a vessel under `settings`. A rotary valve whose position is not in
    /// `settings` counts as closed.
    public func hasWayOut(ofGasValve valve: String, with settings: FluidicSettings) -> Bool {
        guard let outlet = self.nodes.first(where: { $0.kind == .gasValveOutlet(valve: valve) }) else { return false }
        var seen: Set<String> = [outlet.name]
        var open = [outlet.name]
        while let name = open.popLast() {
            guard let kind = self.node(name)?.kind else { continue }
            if kind.isVessel { return true }
            guard !kind.isTerminal else { continue }
            for edge in self.edges(at: name) where edge.start == name || !edge.isDirected {
                guard self.isOpen(edge, with: settings, unknownIsOpen: false) else { continue }
                let other = edge.start == name ? edge.end : edge.start
                if seen.insert(other).inserted { open.append(other) }
            }
        }
        return false
    }

    /// Whether liquid or pressure can pass an edge: a valve's channel only when it is selected.
    func isOpen(_ edge: FluidicEdge, with settings: FluidicSettings, unknownIsOpen: Bool = true) -> Bool {
        for case let kind? in [self.node(edge.start)?.kind, self.node(edge.end)?.kind] {
            switch kind {
            case .valvePort(let valve, let port) where self.isValveChannel(edge):
                guard let selected = settings.port(of: valve) else { return unknownIsOpen }
                if selected != port { return false }
            case .gasValveInlet(let valve, let port) where edge.isFixed:
                guard let isEnergised = settings.isEnergised(valve) else { return unknownIsOpen }
                if isEnergised != (port == 1) { return false }
            default: break
            }
        }
        return true
    }
}

extension FluidicNode.Kind {
    fileprivate var gasValve: String? {
        switch self {
        case .gasValveInlet(let valve, _), .gasValveOutlet(let valve): valve
        default: nil
        }
    }
}
