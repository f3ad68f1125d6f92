extension Router {
    /// The way that liquid pushed out of `source` takes as the valves stand now, whatever anybody intended; nil when it
    /// leads to no terminal, so that a pump would push against a closed end. A valve without position in `settings`
    /// counts as closed; measuring cells are open.
    public func openRoute(from source: String, with settings: FluidicSettings) throws(RoutingError) -> FluidicRoute? {
        let start = try self.index(of: source)
        return try self.openRoute(from: [start], with: settings) { $0 != start && self.graph.nodes[$0].kind.isTerminal }
    }

    /// The way that liquid drawn into `sink` takes as the valves stand now: from a bottle or a gas supply; nil when
    /// none is joined with it.
    public func openRoute(to sink: String, with settings: FluidicSettings) throws(RoutingError) -> FluidicRoute? {
        let end = try self.index(of: sink)
        let sources = self.graph.nodes.indices.filter {
            let kind = self.graph.nodes[$0].kind
            return $0 != end && (kind.isVessel || kind.isGasSupply)
        }
        return try self.openRoute(from: sources, with: settings) { $0 == end }
    }

    /// Breadth first, in the order of the files.
    private func openRoute(
        from starts: [Int],
        with settings: FluidicSettings,
        until isEnd: (Int) -> Bool
    ) throws(RoutingError) -> FluidicRoute? {
        let isOpen = self.graph.edges.map { self.graph.isOpen($0, with: settings, unknownIsOpen: false) }
        var previous = [Int?](repeating: nil, count: self.arcs.count)
        var isSeen = [Bool](repeating: false, count: self.arcs.count)
        var queue: [Int] = []
        func enter(_ candidates: ArraySlice<Int>, after arc: Int?) {
            for next in candidates where isOpen[self.arcs[next].edge] && !isSeen[next] {
                isSeen[next] = true
                previous[next] = arc
                queue.append(next)
            }
        }
        for start in starts { enter(self.leaving[self.firstLeaving[start]..<self.firstLeaving[start + 1]], after: nil) }
        var position = 0
        while position < queue.count {
            let arc = queue[position]
            position += 1
            guard isEnd(self.arcs[arc].to) else {
                enter(self.following[self.firstFollowing[arc]..<self.firstFollowing[arc + 1]], after: arc)
                continue
            }
            var path = [arc]
            while let last = path.last, let before = previous[last] { path.append(before) }
            return try self.route(along: path.reversed())
        }
        return nil
    }
}
