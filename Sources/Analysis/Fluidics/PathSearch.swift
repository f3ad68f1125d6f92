/// One search from one node. A state is an arc just passed together with the number of via nodes passed by then.
struct PathSearch {
    private let router: Router
    private let via: [Int]
    private let costs: [Double]
    private var cost: [Double]
    private var hops: [Int32]
    private var previous: [Int32]
    private var isSettled: [Bool]
    /// The first settled state at each node with all via nodes passed.
    private var arrival: [Int32]
    private var queue = StateQueue()

    private static let none: Int32 = -1

    init(_ router: Router, from start: Int, via: [Int], open: Set<String>, least cost: Router.Cost) {
        self.router = router
        self.via = via
        self.costs = router.arcs.map { arc in
            if let instrument = arc.instrument, !open.contains(instrument) { return .infinity }
            return cost == .deadVolume ? arc.deadVolume : arc.length
        }
        let states = router.arcs.count * (via.count + 1)
        self.cost = [Double](repeating: .infinity, count: states)
        self.hops = [Int32](repeating: 0, count: states)
        self.previous = [Int32](repeating: Self.none, count: states)
        self.isSettled = [Bool](repeating: false, count: states)
        self.arrival = [Int32](repeating: Self.none, count: router.graph.nodes.count)
        for arc in router.leaving[router.firstLeaving[start]..<router.firstLeaving[start + 1]] {
            self.reach(arc, passed: 0, cost: 0, hops: 0, from: Self.none)
        }
    }

    /// The arcs of the cheapest path to `end`; nil when there is none. The search goes as far as it must and can be
    /// asked again.
    mutating func path(to end: Int) -> [Int]? {
        while self.arrival[end] == Self.none {
            guard self.settleNext() else { return nil }
        }
        var arcs: [Int] = []
        var state = self.arrival[end]
        while state != Self.none {
            arcs.append(Int(state) % self.router.arcs.count)
            state = self.previous[Int(state)]
        }
        return arcs.reversed()
    }

    /// Settles the cheapest open state; false when none is left.
    private mutating func settleNext() -> Bool {
        while let next = self.queue.pop() {
            let state = Int(next.state)
            guard !self.isSettled[state] else { continue }
            self.isSettled[state] = true
            let (passed, arc) = state.quotientAndRemainder(dividingBy: self.router.arcs.count)
            let node = self.router.arcs[arc].to
            if passed == self.via.count, self.arrival[node] == Self.none { self.arrival[node] = next.state }
            let followers = self.router.firstFollowing[arc]..<self.router.firstFollowing[arc + 1]
            for follower in self.router.following[followers] {
                self.reach(follower, passed: passed, cost: next.cost, hops: next.hops, from: next.state)
            }
            return true
        }
        return false
    }

    private mutating func reach(_ arc: Int, passed: Int, cost: Double, hops: Int32, from state: Int32) {
        let total = cost + self.costs[arc]
        guard total.isFinite else { return }
        let isNextVia = passed < self.via.count && self.router.arcs[arc].to == self.via[passed]
        let reached = (isNextVia ? passed + 1 : passed) * self.router.arcs.count + arc
        guard total < self.cost[reached] || (total == self.cost[reached] && hops + 1 < self.hops[reached]) else {
            return
        }
        self.cost[reached] = total
        self.hops[reached] = hops + 1
        self.previous[reached] = state
        self.queue.push(StateQueue.Entry(cost: total, hops: hops + 1, state: Int32(reached)))
    }
}

/// A binary heap: cheapest first, then fewest tubes, then the order of the files.
private struct StateQueue {
    struct Entry {
        var cost: Double
        var hops: Int32
        var state: Int32

        func precedes(_ other: Self) -> Bool {
            if self.cost != other.cost { return self.cost < other.cost }
            if self.hops != other.hops { return self.hops < other.hops }
            return self.state < other.state
        }
    }

    private var heap: [Entry] = []

    mutating func push(_ entry: Entry) {
        var child = self.heap.count
        self.heap.append(entry)
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry.precedes(self.heap[parent]) else { break }
            self.heap[child] = self.heap[parent]
            child = parent
        }
        self.heap[child] = entry
    }

    mutating func pop() -> Entry? {
        guard let first = self.heap.first, let last = self.heap.popLast() else { return nil }
        guard !self.heap.isEmpty else { return first }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < self.heap.count else { break }
            if child + 1 < self.heap.count, self.heap[child + 1].precedes(self.heap[child]) { child += 1 }
            guard self.heap[child].precedes(last) else { break }
            self.heap[parent] = self.heap[child]
            parent = child
        }
        self.heap[parent] = last
        return first
    }
}
