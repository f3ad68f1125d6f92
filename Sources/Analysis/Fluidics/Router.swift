import DeviceKit

/// Finds ways through a tubing graph that valves can really open.
///
/// A rotary valve joins one port with its common port. A way that enters the common port through one channel may
/// therefore not leave it through another. The search runs over the arcs of the graph rather than over its nodes
/// (Dijkstra, Numerische Mathematik 1, 1959, 269), so that this rule, and that liquid does not turn round in a tube, are
/// questions about two arcs in a row. Bottles, vials, pumps and gas only begin or end a way; a measuring cell is passed
/// only on demand. Ties are settled by the number of tubes, then by the order of the files: the same files give the
/// same routes.
public struct Router: Sendable {
    /// What a route should have least of.
    public enum Cost: Sendable, Hashable {
        case deadVolume, length
    }

    public let graph: TubingGraph
    let arcs: [Arc]
    /// Arcs out of node `i`: `leaving[firstLeaving[i]..<firstLeaving[i + 1]]`.
    let firstLeaving: [Int]
    let leaving: [Int]
    /// Arcs that may follow arc `i`: `following[firstFollowing[i]..<firstFollowing[i + 1]]`.
    let firstFollowing: [Int]
    let following: [Int]

    /// One direction of an edge.
    struct Arc: Sendable {
        var edge: Int
        var from: Int
        var to: Int
        /// The instrument whose measuring cell this arc passes.
        var instrument: String?
        var deadVolume: Double
        var length: Double
    }

    public init(_ graph: TubingGraph) {
        self.init(graph, passesTerminals: false)
    }

    /// `passesTerminals` lifts the rule that terminals are ends, to compare with searches that do not know it.
    init(_ graph: TubingGraph, passesTerminals: Bool) {
        var arcs: [Arc] = []
        for (index, edge) in graph.edges.enumerated() {
            guard let start = graph.indexByName[edge.start], let end = graph.indexByName[edge.end] else { continue }
            let instrument = graph.instrument(of: edge)
            var arc = Arc(
                edge: index,
                from: start,
                to: end,
                instrument: instrument,
                deadVolume: edge.deadVolume.si,
                length: edge.length.si
            )
            arcs.append(arc)
            guard !edge.isDirected else { continue }
            (arc.from, arc.to) = (end, start)
            arcs.append(arc)
        }
        let leaving = graph.nodes.indices.map { node in arcs.indices.filter { arcs[$0].from == node } }
        let isChannel = graph.edges.map(graph.isValveChannel)
        let following = arcs.map { arc -> [Int] in
            let kind = graph.nodes[arc.to].kind
            guard passesTerminals || !kind.isTerminal else { return [] }
            var isCommonPort = false
            if case .valveCommon = kind { isCommonPort = true }
            return leaving[arc.to].filter { next in
                arcs[next].edge != arc.edge
                    && !(isCommonPort && isChannel[arc.edge] && isChannel[arcs[next].edge])
            }
        }
        self.graph = graph
        self.arcs = arcs
        (self.firstLeaving, self.leaving) = Self.flat(leaving)
        (self.firstFollowing, self.following) = Self.flat(following)
    }

    /// The route with the least dead volume (or length) from `source` to `target`, passing the nodes `via` in their
    /// order.
    ///
    /// Measuring cells are closed, except those of the instruments named in `through` and those whose inlet or outlet
    /// is among `via`. To have a cell passed for sure, name its inlet in `via`.
    public func route(
        from source: String,
        to target: String,
        via: [String] = [],
        through instruments: Set<String> = [],
        least cost: Cost = .deadVolume
    ) throws(RoutingError) -> FluidicRoute {
        let start = try self.index(of: source)
        let end = try self.index(of: target)
        var passed: [Int] = []
        for name in via {
            let node = try self.index(of: name)
            if node == start, passed.isEmpty { continue }
            if self.graph.nodes[node].kind.isTerminal, node != end { throw .terminalInside(name) }
            passed.append(node)
        }
        if passed.last == end { passed.removeLast() }
        var search = PathSearch(
            self,
            from: start,
            via: passed,
            open: try self.opened(instruments, via: passed),
            least: cost
        )
        guard start != end, let arcs = search.path(to: end) else {
            throw .unreachable(from: source, to: target, via: via)
        }
        return try self.route(along: arcs)
    }

    /// The best routes from `source` to every node that can be reached, from one search.
    public func routes(
        from source: String,
        through instruments: Set<String> = [],
        least cost: Cost = .deadVolume
    ) throws(RoutingError) -> [String: FluidicRoute] {
        let start = try self.index(of: source)
        var search = PathSearch(
            self,
            from: start,
            via: [],
            open: try self.opened(instruments),
            least: cost
        )
        var routes: [String: FluidicRoute] = [:]
        for end in self.graph.nodes.indices where end != start {
            guard let arcs = search.path(to: end) else { continue }
            routes[self.graph.nodes[end].name] = try self.route(along: arcs)
        }
        return routes
    }

    /// The source that reaches `target` with the least cost; nil when none does. Sources are compared in their order.
    public func nearest(
        of sources: [String],
        to target: String,
        via: [String] = [],
        through instruments: Set<String> = [],
        least cost: Cost = .deadVolume
    ) throws(RoutingError) -> FluidicRoute? {
        var best: FluidicRoute?
        for source in sources {
            do {
                let route = try self.route(from: source, to: target, via: via, through: instruments, least: cost)
                if let found = best, !route.isCheaper(than: found, in: cost) { continue }
                best = route
            } catch .unreachable {
                continue
            }
        }
        return best
    }

    func index(of name: String) throws(RoutingError) -> Int {
        guard let index = self.graph.indexByName[name] else { throw .unknownNode(name) }
        return index
    }

    /// The instruments whose cells may be passed.
    func opened(_ named: Set<String>, via: [Int] = []) throws(RoutingError) -> Set<String> {
        for instrument in named.sorted() where self.graph.cell(of: instrument) == nil {
            throw .unknownInstrument(instrument)
        }
        var open = named
        for node in via {
            switch self.graph.nodes[node].kind {
            case .cellInlet(let instrument), .cellOutlet(let instrument): open.insert(instrument)
            default: break
            }
        }
        return open
    }

    private static func flat(_ lists: [[Int]]) -> (first: [Int], all: [Int]) {
        var first = [0]
        var all: [Int] = []
        for list in lists {
            all += list
            first.append(all.count)
        }
        return (first, all)
    }
}

extension FluidicRoute {
    fileprivate func isCheaper(than other: Self, in cost: Router.Cost) -> Bool {
        switch cost {
        case .deadVolume: self.deadVolume < other.deadVolume
        case .length: self.length < other.length
        }
    }
}
