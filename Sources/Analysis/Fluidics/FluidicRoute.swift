public import DeviceKit

/// A way through the tubing: the nodes passed, the tubes between them and the valves that open it.
public struct FluidicRoute: Sendable, Hashable {
    /// From source to sink; each once.
    public let nodes: [String]
    /// In order of the flow; edge `i` lies between nodes `i` and `i + 1`.
    public let edges: [FluidicEdge]
    /// Rotary valves to set, source first.
    public let valveSettings: [ValveSetting]
    public let gasValveSettings: [GasValveSetting]
    /// Liquid that stands in the route.
    public let deadVolume: Volume
    public let length: Length

    init(
        nodes: [String],
        edges: [FluidicEdge],
        valveSettings: [ValveSetting],
        gasValveSettings: [GasValveSetting]
    ) {
        self.nodes = nodes
        self.edges = edges
        self.valveSettings = valveSettings
        self.gasValveSettings = gasValveSettings
        self.deadVolume = edges.reduce(.zero) { $0 + $1.deadVolume }
        self.length = edges.reduce(.zero) { $0 + $1.length }
    }

    public var source: String { self.nodes.first ?? "" }
    public var sink: String { self.nodes.last ?? "" }

    /// Whether liquid runs through edge `index` from its `start` to its `end`.
    public func runsForward(at index: Int) -> Bool { self.edges[index].start == self.nodes[index] }

    /// Whether both can be open at the same time.
    public func isCompatible(with other: FluidicRoute) -> Bool {
        (try? FluidicSettings(of: [self, other])) != nil
    }
}

extension FluidicRoute: CustomStringConvertible {
    public var description: String { self.nodes.joined(separator: " – ") }
}
