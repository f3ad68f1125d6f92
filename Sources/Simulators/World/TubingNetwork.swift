import Analysis
import DeviceKit

/// The tubing as numbers: nodes and edges by index, and which device opens which edge. It never changes.
struct TubingNetwork: Sendable {
    /// What must hold for an edge to be open.
    enum Gate: Sendable, Hashable {
        case always
        case rotary(valve: Int, port: Int)
        case solenoid(valve: Int, energised: Bool)
    }

    struct Edge: Sendable {
        var start: Int
        var end: Int
        var isDirected: Bool
        var gate: Gate
        /// Relative to a tube 1 mm long and wide: d⁴ / L (Hagen-Poiseuille).
        var conductance: Double
    }

    private(set) var nodeNames: [String] = []
    private(set) var edges: [Edge] = []
    /// Edges at each node.
    private(set) var edgesAt: [[Int]] = []
    /// The terminal at a node, or -1.
    private(set) var terminalAt: [Int] = []
    private(set) var pumpNodes: [Int] = []
    private(set) var terminalNodes: [Int] = []
    /// Edge of each instrument cell.
    private(set) var cellEdges: [Int] = []
    private(set) var edgeIndex: [String: Int] = [:]
    private var nodeIndex: [String: Int] = [:]

    init(_ description: WorldDescription) throws(WorldDescriptionError) {
        var gates: [Set<String>: Gate] = [:]
        for (index, valve) in description.rotaryValves.enumerated() {
            for port in 1...max(1, valve.portCount) {
                gates[["\(valve.name).0", "\(valve.name).\(port)"]] = .rotary(valve: index, port: port)
            }
        }
        for (index, valve) in description.gasValves.enumerated() {
            gates[[valve.releasedInlet, valve.outlet]] = .solenoid(valve: index, energised: false)
            gates[[valve.energisedInlet, valve.outlet]] = .solenoid(valve: index, energised: true)
        }
        for edge in description.edges {
            guard self.edgeIndex.updateValue(self.edges.count, forKey: edge.label) == nil else {
                throw WorldDescriptionError("the edge \(edge.label) is there twice")
            }
            let (start, end) = (self.addNode(edge.start), self.addNode(edge.end))
            let diameter = max(edge.innerDiameter.in(.millimetre), 1e-3)
            self.edgesAt[start].append(self.edges.count)
            self.edgesAt[end].append(self.edges.count)
            self.edges.append(
                Edge(
                    start: start,
                    end: end,
                    isDirected: edge.isDirected,
                    gate: edge.isFixed ? gates[[edge.start, edge.end]] ?? .always : .always,
                    conductance: diameter * diameter * diameter * diameter / max(edge.length.in(.millimetre), 1e-3)
                )
            )
        }
        self.terminalAt = Array(repeating: -1, count: self.nodeNames.count)
        for (index, terminal) in description.terminals.enumerated() {
            let node = try self.node(terminal.name, of: "the terminal \(terminal.name)")
            guard self.terminalAt[node] < 0 else {
                throw WorldDescriptionError("the terminal \(terminal.name) is there twice")
            }
            self.terminalAt[node] = index
            self.terminalNodes.append(node)
        }
        for pump in description.pumps {
            self.pumpNodes.append(try self.node(pump.node, of: "the pump \(pump.name)"))
        }
        for cell in description.cells {
            guard let edge = self.edgeIndex[cell.edge] else {
                throw WorldDescriptionError("the cell \(cell.name) is on the edge \(cell.edge), which does not exist")
            }
            self.cellEdges.append(edge)
        }
    }

    private mutating func addNode(_ name: String) -> Int {
        if let known = self.nodeIndex[name] { return known }
        self.nodeIndex[name] = self.nodeNames.count
        self.nodeNames.append(name)
        self.edgesAt.append([])
        return self.nodeNames.count - 1
    }

    private func node(_ name: String, of owner: String) throws(WorldDescriptionError) -> Int {
        guard let node = self.nodeIndex[name] else {
            throw WorldDescriptionError("\(owner) is at the node \(name), which no edge reaches")
        }
        return node
    }
}
