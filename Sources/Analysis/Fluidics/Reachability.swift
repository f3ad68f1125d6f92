/// Which node can be reached from which, for all ordered pairs of a graph.
public struct Reachability: Sendable {
    private let graph: TubingGraph
    private let isReachable: [Bool]
    /// Number of ordered pairs of different nodes between which there is a way.
    public let pairCount: Int

    /// Decides all pairs. `through` opens measuring cells, as for a route.
    public init(_ router: Router, through instruments: Set<String> = []) throws(RoutingError) {
        let count = router.graph.nodes.count
        var isReachable = [Bool](repeating: false, count: count * count)
        var visited = [Int](repeating: -1, count: router.arcs.count)
        var open: [Int] = []
        var pairs = 0
        let opened = try router.opened(instruments)
        let isClosed = router.arcs.map { arc in arc.instrument.map { !opened.contains($0) } ?? false }
        for start in 0..<count {
            open.append(contentsOf: router.leaving[router.firstLeaving[start]..<router.firstLeaving[start + 1]])
            while let arc = open.popLast() {
                guard visited[arc] != start, !isClosed[arc] else { continue }
                visited[arc] = start
                let end = router.arcs[arc].to
                if end != start, !isReachable[start * count + end] {
                    isReachable[start * count + end] = true
                    pairs += 1
                }
                open.append(contentsOf: router.following[router.firstFollowing[arc]..<router.firstFollowing[arc + 1]])
            }
        }
        self.graph = router.graph
        self.isReachable = isReachable
        self.pairCount = pairs
    }

    /// Whether valves can open a way; false for a node and itself, and for names that are not in the graph.
    public func callAsFunction(from source: String, to target: String) -> Bool {
        guard let start = self.graph.indexByName[source], let end = self.graph.indexByName[target] else { return false }
        return self.isReachable[start * self.graph.nodes.count + end]
    }
}
