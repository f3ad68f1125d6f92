import DeviceKit

/// One motion of liquid, worked out upstream from the sink; the state it began with stays as it was.
struct FluidMotion {
    private(set) var state: FluidState
    /// Gas out of bottles that had run empty.
    private(set) var gasForLiquid = FluidPortion()
    private let amounts: [String: Int64]

    init(_ state: FluidState, amounts: [String: Int64]) {
        self.state = state
        self.amounts = amounts
    }

    /// What runs out of `node`, in its order, when each of `routes` (all pass the node, or begin there) gives its amount.
    mutating func outflow(at node: String, of routes: [FluidicRoute]) throws(FluidStateError) -> [FluidPortion] {
        var flows: [[FluidPortion]] = []
        var visited: Set<String> = []
        for route in routes {
            guard let position = route.nodes.firstIndex(of: node), position > 0 else {
                flows.append(try self.draw(self.amounts[node] ?? 0, from: node))
                continue
            }
            let edge = route.edges[position - 1]
            guard visited.insert(edge.label).inserted else { continue }
            let upstream = route.nodes[position - 1]
            let joined = routes.filter { other in
                zip(other.nodes, other.edges).contains { $0 == upstream && $1.label == edge.label }
            }
            let inflow = try self.outflow(at: upstream, of: joined)
            flows.append(try self.push(inflow, through: edge, forward: route.runsForward(at: position - 1)))
        }
        return Self.merged(flows)
    }

    /// Puts what arrived into the sink; gas leaves a vessel through its vent.
    mutating func receive(_ arrived: [FluidPortion], at sink: String) throws(FluidStateError) {
        let portion = arrived.reduce(into: FluidPortion()) { $0 += $1 }
        if var syringe = self.state.syringes[sink] {
            syringe.content += portion
            try Self.checkCapacity(of: syringe, at: sink)
            self.state.syringes[sink] = syringe
        } else if var vessel = self.state.vessels[sink] {
            var liquid = portion
            self.state.gasVented += liquid.takeGas()
            vessel.content += liquid
            try Self.checkCapacity(of: vessel, at: sink)
            self.state.vessels[sink] = vessel
        } else {
            throw .notASink(sink)
        }
    }

    private static func checkCapacity(of holder: FluidState.Holder, at name: String) throws(FluidStateError) {
        // Capacities come from measures of glass; a picolitre more is no overfull syringe.
        guard let capacity = holder.capacity, holder.content.volume > capacity + Volume(picolitres: 1) else { return }
        throw .overfull(node: name, capacity: capacity, needed: holder.content.volume)
    }

    /// Takes `amount` out of a source: gas before liquid from a syringe, liquid and then gas from a vessel.
    private mutating func draw(_ amount: Int64, from source: String) throws(FluidStateError) -> [FluidPortion] {
        if var syringe = self.state.syringes[source] {
            guard syringe.content.picolitres >= amount else {
                throw .shortage(
                    pump: source,
                    held: syringe.content.volume,
                    needed: Volume(picolitres: amount)
                )
            }
            var gas = syringe.content.takeGas()
            let gasTaken = gas.take(amount)
            let liquidTaken = syringe.content.take(amount - gasTaken.picolitres)
            syringe.content += gas
            self.state.syringes[source] = syringe
            return [gasTaken, liquidTaken].filter { !$0.isEmpty }
        }
        if var vessel = self.state.vessels[source] {
            let taken = vessel.content.take(amount)
            let gas = FluidPortion(.gas, picolitres: amount - taken.picolitres)
            self.state.vessels[source] = vessel
            self.state.gasDrawn += gas
            self.gasForLiquid += gas
            return [taken, gas].filter { !$0.isEmpty }
        }
        guard self.state.gasSupplies.contains(source) else { throw .notASource(source) }
        let gas = FluidPortion(.gas, picolitres: amount)
        self.state.gasDrawn += gas
        return gas.isEmpty ? [] : [gas]
    }

    /// Pushes plugs into one end of an edge, and gives those that come out of the other.
    private mutating func push(
        _ inflow: [FluidPortion],
        through edge: FluidicEdge,
        forward: Bool
    ) throws(FluidStateError) -> [FluidPortion] {
        guard let held = self.state.lines[edge.label] else { throw .unknownLine(edge.label) }
        var amount = inflow.reduce(0) { $0 + $1.picolitres }
        guard amount > 0 else { return [] }
        // Nearest the outlet first.
        let queue = (forward ? held.reversed() : held) + inflow
        var outflow: [FluidPortion] = []
        var rest: [FluidPortion] = []
        for var plug in queue {
            let leaving = plug.take(amount)
            amount -= leaving.picolitres
            outflow.appendPlug(leaving)
            rest.appendPlug(plug)
        }
        self.state.lines[edge.label] = forward ? rest.reversed() : rest
        return outflow
    }

    /// Joins flows that run side by side for the same time into one: each stretch between two boundaries of plugs, in
    /// any of them, is mixed.
    static func merged(_ flows: [[FluidPortion]]) -> [FluidPortion] {
        let flows = flows.filter { !$0.isEmpty }
        guard flows.count > 1 else { return flows.first ?? [] }
        let totals = flows.map { $0.reduce(0) { $0 + $1.picolitres } }
        var times: Set<Double> = [1]
        for (flow, total) in zip(flows, totals) {
            var passed: Int64 = 0
            for plug in flow {
                passed += plug.picolitres
                times.insert(Double(passed) / Double(total))
            }
        }
        var rest = flows.map { Array($0.reversed()) }
        var given = [Int64](repeating: 0, count: flows.count)
        var merged: [FluidPortion] = []
        for time in times.sorted() {
            var mixed = FluidPortion()
            for index in rest.indices {
                let due = time >= 1 ? totals[index] : Int64((Double(totals[index]) * time).rounded())
                mixed += rest[index].takeLast(due - given[index])
                given[index] = due
            }
            merged.appendPlug(mixed)
        }
        return merged
    }
}

extension Array where Element == FluidPortion {
    /// Appends a plug, joining it with the last one where both are the same liquid.
    mutating func appendPlug(_ plug: FluidPortion) {
        guard !plug.isEmpty else { return }
        if let last = self.last, last.isSameLiquid(as: plug) {
            self[self.count - 1] += plug
        } else {
            self.append(plug)
        }
    }

    /// Takes `amount` picolitres off the end, mixed.
    fileprivate mutating func takeLast(_ amount: Int64) -> FluidPortion {
        var taken = FluidPortion()
        while taken.picolitres < amount, !self.isEmpty {
            taken += self[self.count - 1].take(amount - taken.picolitres)
            if self[self.count - 1].isEmpty { self.removeLast() }
        }
        return taken
    }
}
