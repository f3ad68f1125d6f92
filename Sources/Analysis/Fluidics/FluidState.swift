public import DeviceKit

/// What stands where in a lab's tubing: in each channel and tube, in the syringes and in the bottles and vials.
///
/// Liquid moves as plugs that keep their order and do not mix on the way (plug flow); it mixes where streams meet, in
/// syringes and in vessels. Gas in a syringe stands at its port and leaves first; gas in a vessel leaves through its
/// vent. Lines are always full, of liquid or gas. Amounts are whole picolitres: what is moved is neither lost nor made.
public struct FluidState: Sendable, Hashable, Codable {
    /// A syringe or a vessel.
    public struct Holder: Sendable, Hashable, Codable {
        public var content: FluidPortion
        /// Nil where no limit is known.
        public var capacity: Volume?

        public init(_ content: FluidPortion = FluidPortion(), capacity: Volume? = nil) {
            self.content = content
            self.capacity = capacity
        }
    }

    /// Plugs by the label of the edge, from its `start` to its `end`.
    var lines: [String: [FluidPortion]]
    public internal(set) var syringes: [String: Holder]
    /// Reservoirs, solvent, wastes and vials.
    public internal(set) var vessels: [String: Holder]
    /// Nodes that give gas without end.
    let gasSupplies: [String]
    /// Gas that came out of supplies, and into vessels in place of the liquid that was missing.
    public internal(set) var gasDrawn = FluidPortion()
    /// Gas that left through the vents of vessels.
    public internal(set) var gasVented = FluidPortion()

    /// All lines full of `liquid`, gas unless told otherwise; syringes and vessels empty.
    public init(_ graph: TubingGraph, linesHold liquid: Liquid = .gas) {
        self.lines = [:]
        self.syringes = [:]
        self.vessels = [:]
        self.gasSupplies = graph.nodes.filter { $0.kind.isGasSupply }.map(\.name)
        for edge in graph.edges { self.lines[edge.label] = Self.full(edge, of: liquid) }
        for node in graph.nodes where node.kind == .pump { self.syringes[node.name] = Holder() }
        for node in graph.nodes where node.kind.isVessel { self.vessels[node.name] = Holder() }
    }

    /// Sets what a syringe or a vessel holds, after an operator changed a bottle or a vial for example. Throws
    /// `.notASink` for a node that holds nothing, `.overfull` above the capacity.
    public mutating func set(_ name: String, to holder: Holder) throws(FluidStateError) {
        if let capacity = holder.capacity, holder.content.volume > capacity {
            throw .overfull(node: name, capacity: capacity, needed: holder.content.volume)
        }
        if self.syringes[name] != nil {
            self.syringes[name] = holder
        } else if self.vessels[name] != nil {
            self.vessels[name] = holder
        } else {
            throw .notASink(name)
        }
    }

    /// Declares that `edges` are full of `liquid`, after they were filled by hand for example.
    public mutating func fill(_ edges: [FluidicEdge], with liquid: Liquid) {
        for edge in edges { self.lines[edge.label] = Self.full(edge, of: liquid) }
    }

    /// Takes over what `edges` hold now, after they were weighed for example: nothing has moved, only what is known of the
    /// tubes is another. The plugs in them keep their shares of the edge's length, so the inventory changes with its volume.
    public mutating func stretch(_ edges: [FluidicEdge]) {
        for edge in edges {
            let plugs = self.plugs(in: edge)
            let before = plugs.reduce(0) { $0 + $1.picolitres }
            guard before > 0, let after = edge.deadVolume.picolitres, after != before else { continue }
            var (passed, end): (Int64, Int64) = (0, 0)
            self.lines[edge.label] = plugs.compactMap { plug in
                passed += plug.picolitres
                let start = end
                end = Int64((Double(passed) / Double(before) * Double(after)).rounded())
                return plug.liquid.map { FluidPortion($0, picolitres: end - start) }
            }.filter { !$0.isEmpty }
        }
    }

    /// The same with other names for the sources of its liquids.
    public func renaming(_ names: [FluidSource: FluidSource]) -> FluidState {
        var renamed = self
        renamed.lines = self.lines.mapValues { plugs in plugs.map { $0.renaming(names) } }
        for (node, holder) in self.syringes { renamed.syringes[node]?.content = holder.content.renaming(names) }
        for (node, holder) in self.vessels { renamed.vessels[node]?.content = holder.content.renaming(names) }
        return renamed
    }

    /// Labels of edges that this state lacks or that hold another volume now: the tubing was changed.
    public func mismatches(with graph: TubingGraph) -> [String] {
        graph.edges.filter { edge in
            self.lines[edge.label].map { $0.reduce(0) { $0 + $1.picolitres } } != edge.deadVolume.picolitres
        }.map(\.label)
    }

    /// Everything in lines, syringes and vessels. Apart from gas it never changes by moving liquid; gas changes by
    /// `gasDrawn` and `gasVented`.
    public var inventory: FluidPortion {
        let plugs = self.lines.values.flatMap { $0 }
        return (plugs + self.syringes.values.map(\.content) + self.vessels.values.map(\.content))
            .reduce(into: FluidPortion()) { $0 += $1 }
    }

    private static func full(_ edge: FluidicEdge, of liquid: Liquid) -> [FluidPortion] {
        [FluidPortion(liquid, volume: edge.deadVolume)].filter { !$0.isEmpty }
    }
}

extension FluidicNode.Kind {
    /// Whether it keeps what is led into it.
    public var isVessel: Bool {
        switch self {
        case .reservoir, .solvent, .waste, .vial: true
        default: false
        }
    }
}
