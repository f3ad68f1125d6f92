public import DeviceKit

extension TubingGraph {
    /// Builds the graph from three tables: the nodes, the catalogue of channels and tubes, and which tubes are installed
    /// between which nodes.
    ///
    /// Each column has one of two headers, the second being that of older files:
    ///
    /// - nodes: `node`; optional `kind`, `device`, `port` (which override what the name says), `state` (`unused` for a
    ///   port that is meant to have no tube) and `role` (`stock` or `cleaning`, of a pump);
    /// - catalogue: `label` or `edge`; `from` or `start` and `to` or `end` (for channels inside devices; blank or
    ///   `not_fixed` for tubes); `length [mm]` or `length`; `inner diameter [mm]` or `diameter`; `dead volume [mL]` or
    ///   `dead_volume`; `flow` (`one way`, `both ways`) or `restriction` (`directed`, `undirected`); optional `use`
    ///   (`channel`, `tube`, `spare`, `broken`) or `flexibility` (`fixed`, `available`, `broken`), `ends`, `deviation`
    ///   (`empirical volume`, `label`: known, not to be warned of), `note` or `comment`;
    /// - tubing: `tube` or `edge`; `from` or `start`; `to` or `end`.
    ///
    /// Throws every diagnostic of the three files at once if one of them is an error; otherwise they are the graph's
    /// `warnings`.
    public init(nodes: CSVTable, catalogue: CSVTable, tubing: CSVTable) throws(SourceDiagnostics) {
        var nodeReader = NodeTableReader(nodes)
        nodeReader.read()
        var catalogueReader = CatalogueReader(catalogue)
        catalogueReader.read()
        var tubingReader = TubingReader(tubing)
        tubingReader.read(nodes: nodeReader, catalogue: catalogueReader)
        catalogueReader.checkEnds(nodes: nodeReader)

        var diagnostics = nodeReader.diagnostics + catalogueReader.diagnostics + tubingReader.diagnostics
        let channels = catalogueReader.entries.filter { $0.use == .channel }.map(\.edge)
        let spares = catalogueReader.entries.filter {
            ($0.use == .tube || $0.use == .spare) && !tubingReader.installed.contains($0.edge.label)
        }
        let graph = TubingGraph(
            nodes: nodeReader.entries.map(\.node),
            edges: channels + tubingReader.edges,
            spareTubes: spares.map(\.edge.label)
        )
        diagnostics += spares.filter { $0.use == .tube }.map {
            $0.cell.diagnostic("tube \($0.edge.label) is not installed", severity: .warning)
        }
        diagnostics += Self.connectionDiagnostics(of: graph, entries: nodeReader.entries)
        let found = SourceDiagnostics(diagnostics)
        guard found.errors.isEmpty else { throw found }
        self.init(nodes: graph.nodes, edges: graph.edges, spareTubes: graph.spareTubes, warnings: found.all)
    }

    /// Ports that no tube leads to, and ports that two tubes lead to.
    private static func connectionDiagnostics(
        of graph: TubingGraph,
        entries: [NodeTableReader.Entry]
    ) -> [SourceDiagnostic] {
        entries.compactMap { entry in
            let node = entry.node
            let edges = graph.edges(at: node.name)
            let tubes = edges.filter { !$0.isFixed }
            guard !edges.isEmpty else {
                return entry.cell.diagnostic("nothing is connected to \(node.name)", severity: .warning)
            }
            if node.kind.takesOneTube, tubes.count > 1 {
                let labels = tubes.map(\.label).joined(separator: ", ")
                return entry.cell.diagnostic("port \(node.name) has more than one tube: \(labels)")
            }
            guard tubes.isEmpty, node.kind.takesOneTube, !node.isUnused else { return nil }
            return entry.cell.diagnostic("no tube leads to port \(node.name)", severity: .warning)
        }
    }
}

extension FluidicNode.Kind {
    /// Whether it is a fitting of a device, which one tube is screwed into.
    fileprivate var takesOneTube: Bool {
        switch self {
        case .pump, .valveCommon, .valvePort, .mixerInlet, .mixerOutlet, .gasValveInlet, .gasValveOutlet, .cellInlet,
            .cellOutlet:
            true
        case .reservoir, .solvent, .waste, .vial, .ambient, .gas, .junction: false
        }
    }
}
