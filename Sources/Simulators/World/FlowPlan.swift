/// Where liquid flows while nothing changes: every flow-carrying edge with its flow, sources before sinks.
struct FlowPlan: Sendable {
    struct Segment: Sendable {
        var edge: Int
        /// From the edge's start to its end.
        var isForward: Bool
        /// mL/s, positive.
        var flow: Double
        var upstream: Int
        var downstream: Int
    }
    struct Source: Sendable {
        var node: Int
        /// mL/s, positive into the tubing.
        var flow: Double
        /// Index of the pump; nil for pressurised gas.
        var pump: Int?
    }
    struct Supply: Sendable {
        var terminal: Int
        /// mL/s, positive.
        var flow: Double
    }
    /// A source that has no way out (or, drawing, nothing to draw from).
    struct Blocked: Sendable {
        var source: Source
        /// Nodes its pressure reaches.
        var reach: [Int]
        /// Where the way ends.
        var deadEnds: [Int]
    }

    var segments: [Segment] = []
    var sources: [Source] = []
    var supplies: [Supply] = []
    /// Terminals that receive something.
    var receivers: [Int] = []
    var blocked: [Blocked] = []
    /// Largest flow in any edge, mL/s.
    var peakFlow = 0.0

    func blocks(pump: Int) -> Blocked? { self.blocked.first { $0.source.pump == pump } }

    /// All nodes of the stream that a segment belongs to; streams that end in one bottle stay apart.
    func nodes(joinedTo segment: Segment, network: TubingNetwork) -> Set<Int> {
        var joined: Set = [segment.upstream, segment.downstream]
        var inner = joined.filter { network.terminalAt[$0] < 0 }
        var grows = true
        while grows {
            let before = joined.count
            for other in self.segments where inner.contains(other.upstream) || inner.contains(other.downstream) {
                joined.formUnion([other.upstream, other.downstream])
            }
            inner = joined.filter { network.terminalAt[$0] < 0 }
            grows = joined.count > before
        }
        return joined
    }
}

extension FlowPlan {
    /// Resolves the flows of `sources` through the open edges.
    ///
    /// Terminals are at ambient pressure, flows divide by the tubes' resistances, directed edges are check valves.
    /// A pump needs a terminal: pumps do not feed one another.
    init(network: TubingNetwork, sources: [Source], isOpen: (TubingNetwork.Gate) -> Bool) {
        let open = network.edges.map { isOpen($0.gate) }
        var zone: Set<Int> = []
        for source in sources where source.flow != 0 {
            let search = Reach(from: source.node, isPushing: source.flow > 0, network: network, open: open)
            if search.findsTerminal {
                self.sources.append(source)
                zone.formUnion(search.nodes)
            } else {
                self.blocked.append(Blocked(source: source, reach: search.nodes, deadEnds: search.deadEnds))
            }
        }
        guard !self.sources.isEmpty else { return }
        let gasNodes = Set(self.sources.filter { $0.pump == nil }.map(\.node))
        let flows = PressureField(
            network: network,
            open: open,
            zone: zone,
            sources: self.sources,
            isFixed: { network.terminalAt[$0] >= 0 && !gasNodes.contains($0) }
        ).flows
        self.order(flows: flows, network: network, gasNodes: gasNodes)
    }

    private mutating func order(flows: [Int: Double], network: TubingNetwork, gasNodes: Set<Int>) {
        self.peakFlow = flows.values.reduce(0) { max($0, abs($1)) }
        var leaving: [Int: [Segment]] = [:]
        var entering: [Int: Int] = [:]
        var supply: [Int: Double] = [:]
        var receivers: Set<Int> = []
        for (index, flow) in flows.sorted(by: { $0.key < $1.key }) where abs(flow) > 1e-13 * self.peakFlow {
            let edge = network.edges[index]
            let (up, down) = flow > 0 ? (edge.start, edge.end) : (edge.end, edge.start)
            leaving[up, default: []].append(
                Segment(edge: index, isForward: flow > 0, flow: abs(flow), upstream: up, downstream: down)
            )
            if network.terminalAt[up] >= 0, !gasNodes.contains(up) {
                supply[network.terminalAt[up], default: 0] += abs(flow)
            }
            if network.terminalAt[down] >= 0 {
                receivers.insert(network.terminalAt[down])
            } else {
                entering[down, default: 0] += 1
            }
        }
        self.supplies = supply.sorted { $0.key < $1.key }.map { Supply(terminal: $0.key, flow: $0.value) }
        self.receivers = receivers.sorted()
        // Kahn's order: a node's outflow is known once all that enters it is.
        var ready = leaving.keys.filter { entering[$0, default: 0] == 0 }.sorted()
        while let node = ready.popLast() {
            for segment in leaving.removeValue(forKey: node) ?? [] {
                self.segments.append(segment)
                guard network.terminalAt[segment.downstream] < 0 else { continue }
                entering[segment.downstream, default: 0] -= 1
                if entering[segment.downstream] == 0 { ready.append(segment.downstream) }
            }
        }
    }
}

/// Which nodes a source's pressure (or a drawing pump's suction) reaches through open edges.
private struct Reach {
    var nodes: [Int] = []
    var deadEnds: [Int] = []
    var findsTerminal = false

    init(from origin: Int, isPushing: Bool, network: TubingNetwork, open: [Bool]) {
        var seen: Set<Int> = [origin]
        var frontier = [origin]
        while let node = frontier.popLast() {
            self.nodes.append(node)
            if node != origin, network.terminalAt[node] >= 0 {
                self.findsTerminal = true
                continue
            }
            var leadsOn = false
            for index in network.edgesAt[node] where open[index] {
                let edge = network.edges[index]
                let isForward = edge.start == node
                if edge.isDirected, isForward != isPushing { continue }
                let next = isForward ? edge.end : edge.start
                if seen.insert(next).inserted {
                    frontier.append(next)
                    leadsOn = true
                }
            }
            if !leadsOn { self.deadEnds.append(node) }
        }
    }
}
