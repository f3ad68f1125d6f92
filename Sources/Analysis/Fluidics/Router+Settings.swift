extension Router {
    /// The route along arcs that follow each other, with the settings that open it.
    func route(along arcs: [Int]) throws(RoutingError) -> FluidicRoute {
        guard let first = arcs.first else { throw .unreachable(from: "", to: "", via: []) }
        let indices = [self.arcs[first].from] + arcs.map { self.arcs[$0].to }
        let nodes = indices.map { self.graph.nodes[$0] }
        var seen: Set<Int> = []
        for index in indices where !seen.insert(index).inserted {
            throw .passesTwice(
                node: self.graph.nodes[index].name,
                from: nodes[0].name,
                to: nodes[nodes.count - 1].name
            )
        }
        // Each selectable port and each gas inlet on the way is a setting; common ports need none.
        let settings = try FluidicSettings(
            valves: nodes.compactMap {
                guard case .valvePort(let valve, let port) = $0.kind else { return nil }
                return ValveSetting(valve: valve, port: port)
            },
            gasValves: nodes.compactMap {
                guard case .gasValveInlet(let valve, let port) = $0.kind else { return nil }
                return GasValveSetting(valve: valve, isEnergised: port == 1)
            }
        )
        return FluidicRoute(
            nodes: nodes.map(\.name),
            edges: arcs.map { self.graph.edges[self.arcs[$0].edge] },
            valveSettings: settings.valves,
            gasValveSettings: settings.gasValves
        )
    }
}
