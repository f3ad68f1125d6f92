public import DeviceKit

/// The tubing of a lab as it is installed: nodes, the channels inside devices and the tubes between them.
public struct TubingGraph: Sendable {
    /// In the order of the nodes file.
    public let nodes: [FluidicNode]
    /// Channels inside devices in the order of the catalogue, then the installed tubes.
    public let edges: [FluidicEdge]
    /// Labels of catalogued tubes that are not installed.
    public let spareTubes: [String]
    /// What somebody should look at, in the order of the files' lines.
    public let warnings: [SourceDiagnostic]

    /// Of a lab without liquids.
    public static let empty = TubingGraph(nodes: [], edges: [])

    let indexByName: [String: Int]
    private let edgesAtNode: [[Int]]

    /// Names are unique and both ends of each edge are among the nodes; the loader has seen to that. An edge whose end
    /// is unknown is left out.
    init(nodes: [FluidicNode], edges: [FluidicEdge], spareTubes: [String] = [], warnings: [SourceDiagnostic] = []) {
        var index: [String: Int] = [:]
        for (position, node) in nodes.enumerated() where index[node.name] == nil { index[node.name] = position }
        let installed = edges.filter { index[$0.start] != nil && index[$0.end] != nil }
        var edgesAtNode = [[Int]](repeating: [], count: nodes.count)
        for (position, edge) in installed.enumerated() {
            for name in [edge.start, edge.end] {
                if let node = index[name] { edgesAtNode[node].append(position) }
            }
        }
        self.nodes = nodes
        self.edges = installed
        self.spareTubes = spareTubes
        self.warnings = warnings
        self.indexByName = index
        self.edgesAtNode = edgesAtNode
    }

    /// The same tubing, of which each edge named holds `factors` times as much.
    public func scalingVolumes(by factors: [String: Double]) -> TubingGraph {
        let edges = self.edges.map { edge in
            var edge = edge
            edge.deadVolume = edge.deadVolume * (factors[edge.label] ?? 1)
            return edge
        }
        return TubingGraph(nodes: self.nodes, edges: edges, spareTubes: self.spareTubes, warnings: self.warnings)
    }

    public func node(_ name: String) -> FluidicNode? {
        self.indexByName[name].map { self.nodes[$0] }
    }

    public func edge(_ label: String) -> FluidicEdge? {
        self.edges.first { $0.label == label }
    }

    /// Channels and tubes that begin or end at `name`.
    public func edges(at name: String) -> [FluidicEdge] {
        (self.indexByName[name].map { self.edgesAtNode[$0] } ?? []).map { self.edges[$0] }
    }

    /// Number of directions in which liquid can pass an edge: one for a directed edge, two for the others.
    public var arcCount: Int { self.edges.reduce(0) { $0 + ($1.isDirected ? 1 : 2) } }

    /// The measuring cell of an instrument, from its inlet to its outlet.
    public func cell(of instrument: String) -> FluidicEdge? {
        self.edges.first { self.instrument(of: $0) == instrument }
    }

    /// The instrument whose measuring cell the edge is.
    public func instrument(of edge: FluidicEdge) -> String? {
        switch (self.node(edge.start)?.kind, self.node(edge.end)?.kind) {
        case (.cellInlet(let one), .cellOutlet(let other)) where one == other: one
        case (.cellOutlet(let one), .cellInlet(let other)) where one == other: one
        default: nil
        }
    }

    /// Whether the edge is a channel of a rotary valve, between its common port and a selectable one.
    public func isValveChannel(_ edge: FluidicEdge) -> Bool {
        switch (self.node(edge.start)?.kind, self.node(edge.end)?.kind) {
        case (.valveCommon(let one), .valvePort(let other, _)), (.valvePort(let one, _), .valveCommon(let other)):
            one == other
        default: false
        }
    }

    /// Selectable ports that no tube leads to. To select one is to open a leak, or to push against a plug.
    public var danglingPorts: [FluidicNode] {
        self.nodes.filter { node in
            guard case .valvePort = node.kind else { return false }
            return self.edges(at: node.name).allSatisfy(self.isValveChannel)
        }
    }

    /// The name of the node that is port `port` of `valve`.
    public func node(ofPort port: Int, valve: String) -> FluidicNode? {
        self.nodes.first { $0.kind == .valvePort(valve: valve, port: port) }
    }

    /// Pumps with a role; all of them when `role` is nil.
    public func pumps(role: FluidicNode.PumpRole? = nil) -> [FluidicNode] {
        self.nodes.filter { $0.kind == .pump && (role == nil || $0.pumpRole == role) }
    }
}
