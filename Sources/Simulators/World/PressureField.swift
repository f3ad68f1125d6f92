/// Flows in a piece of the tubing by Kirchhoff's laws: laminar resistances, check valves, terminals at zero pressure.
struct PressureField {
    /// mL/s by edge, positive from start to end. What enters a node leaves it, to rounding.
    private(set) var flows: [Int: Double] = [:]

    private let network: TubingNetwork
    private let nodes: [Int]
    private let edges: [Int]
    private let isFixed: [Bool]
    private var row: [Int: Int] = [:]
    private var inflow: [Double]
    private var isShut: [Bool]

    init(
        network: TubingNetwork,
        open: [Bool],
        zone: Set<Int>,
        sources: [FlowPlan.Source],
        isFixed: (Int) -> Bool
    ) {
        self.network = network
        self.nodes = zone.sorted()
        self.isFixed = self.nodes.map(isFixed)
        var inside: [Int] = []
        for (index, edge) in network.edges.enumerated()
        where open[index] && zone.contains(edge.start) && zone.contains(edge.end) { inside.append(index) }
        self.edges = inside
        self.isShut = Array(repeating: false, count: inside.count)
        self.inflow = Array(repeating: 0, count: self.nodes.count)
        for (row, node) in self.nodes.enumerated() { self.row[node] = row }
        for source in sources { if let row = self.row[source.node] { self.inflow[row] += source.flow } }
        self.solve()
    }

    private mutating func solve() {
        let ends = self.edges.map { index in
            let edge = self.network.edges[index]
            return (self.row[edge.start] ?? 0, self.row[edge.end] ?? 0)
        }
        var flows = Array(repeating: 0.0, count: self.edges.count)
        // Check valves: shut those with backward flow, reopen those with forward pressure, until nothing changes.
        for _ in 0..<50 {
            let pressures = self.pressures(ends)
            let largest = pressures.reduce(0) { max($0, abs($1)) }
            var changed = false
            for (index, (start, end)) in ends.enumerated() {
                let edge = self.network.edges[self.edges[index]]
                let drop = pressures[start] - pressures[end]
                flows[index] = self.isShut[index] ? 0 : drop * edge.conductance
                guard edge.isDirected else { continue }
                let shut = drop < -1e-9 * largest || (self.isShut[index] && drop <= 1e-9 * largest)
                if shut != self.isShut[index] {
                    self.isShut[index] = shut
                    changed = true
                }
            }
            if !changed { break }
        }
        self.balance(&flows, ends)
        for (index, flow) in flows.enumerated() where flow != 0 { self.flows[self.edges[index]] = flow }
    }

    /// Solves the nodes' balance for the pressures by Cholesky decomposition.
    private func pressures(_ ends: [(Int, Int)]) -> [Double] {
        let count = self.nodes.count
        var matrix = Array(repeating: 0.0, count: count * count)
        var pressure = self.inflow
        let strongest = self.edges.reduce(0) { max($0, self.network.edges[$1].conductance) }
        for row in 0..<count { matrix[row * count + row] = 1e-14 * strongest }
        for (index, (start, end)) in ends.enumerated() where !self.isShut[index] {
            let conductance = self.network.edges[self.edges[index]].conductance
            matrix[start * count + start] += conductance
            matrix[end * count + end] += conductance
            matrix[start * count + end] -= conductance
            matrix[end * count + start] -= conductance
        }
        for row in 0..<count where self.isFixed[row] {
            for other in 0..<count { (matrix[row * count + other], matrix[other * count + row]) = (0, 0) }
            matrix[row * count + row] = 1
            pressure[row] = 0
        }
        for column in 0..<count {
            for row in column..<count {
                var sum = matrix[row * count + column]
                for k in 0..<column { sum -= matrix[row * count + k] * matrix[column * count + k] }
                if row == column {
                    matrix[row * count + row] = max(sum, 1e-300).squareRoot()
                } else {
                    matrix[row * count + column] = sum / matrix[column * count + column]
                }
            }
        }
        for row in 0..<count {
            for k in 0..<row { pressure[row] -= matrix[row * count + k] * pressure[k] }
            pressure[row] /= matrix[row * count + row]
        }
        for row in (0..<count).reversed() {
            for k in (row + 1)..<max(count, row + 1) { pressure[row] -= matrix[k * count + row] * pressure[k] }
            pressure[row] /= matrix[row * count + row]
        }
        return pressure
    }

    /// Removes what rounding left at each node by passing it on towards a terminal.
    private func balance(_ flows: inout [Double], _ ends: [(Int, Int)]) {
        var residual = self.inflow
        var touching: [[Int]] = Array(repeating: [], count: self.nodes.count)
        for (index, (start, end)) in ends.enumerated() where !self.isShut[index] {
            residual[start] -= flows[index]
            residual[end] += flows[index]
            touching[start].append(index)
            touching[end].append(index)
        }
        var order = self.nodes.indices.filter { self.isFixed[$0] }
        var parent: [Int?] = Array(repeating: nil, count: self.nodes.count)
        var seen = self.isFixed
        var next = 0
        while next < order.count {
            for index in touching[order[next]] {
                let (start, end) = ends[index]
                let other = start == order[next] ? end : start
                guard !seen[other] else { continue }
                seen[other] = true
                parent[other] = index
                order.append(other)
            }
            next += 1
        }
        for node in order.reversed() {
            guard let edge = parent[node] else { continue }
            let (start, end) = ends[edge]
            flows[edge] += start == node ? residual[node] : -residual[node]
            residual[start == node ? end : start] += residual[node]
        }
    }
}
