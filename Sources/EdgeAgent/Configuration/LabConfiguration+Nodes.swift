import Analysis
import DeviceKit
import DeviceProfiles
import Methods

extension LabConfiguration {
    /// Nodes that the tubing lacks or that are of the wrong kind for their part, and valves and pumps that no device
    /// drives.
    ///
    /// - Parameter rows: of the table of stock solutions, by id.
    func nodeFindings(
        graph: TubingGraph, stocks: StockTable, rows: [String: CSVRow], profiles: [String: DeviceProfile],
        in document: ConfigurationDocument
    ) -> [SourceDiagnostic] {
        var findings = LabFindings(document)
        for part in self.parts { part.check(in: graph, &findings) }
        self.checkStocks(stocks, rows, graph, &findings)
        self.checkPumps(stocks, graph, &findings)
        self.checkValves(profiles, graph, &findings)
        if graph.cell(of: self.cell.instrument) == nil {
            findings.report("cell.instrument", "the tubing has no cell “\(self.cell.instrument)”")
        }
        if let densimeter, graph.cell(of: densimeter.instrument) == nil {
            findings.report("densimeter.instrument", "the tubing has no cell “\(densimeter.instrument)”")
        }
        return findings.all
    }

    /// What the description calls upon nodes for.
    private var parts: [NodePart] {
        let fluidics = self.fluidics
        let fixed = [
            NodePart("fluidics.waste", fluidics.waste, "waste") { $0 == .waste },
            NodePart("fluidics.solvent", fluidics.solvent, "solvent") { $0 == .solvent },
            NodePart("fluidics.mixer", fluidics.mixer, "mixer outlet") {
                if case .mixerOutlet = $0 { true } else { false }
            },
            NodePart("fluidics.sample-node", fluidics.sampleNode, "common port of a valve") {
                if case .valveCommon = $0 { true } else { false }
            },
            NodePart("fluidics.cleaning-pump", fluidics.cleaningPump, "pump") { $0 == .pump },
            NodePart("fluidics.gas.source", fluidics.gas.source, "gas") { $0 == .gas },
        ]
        let vials = fluidics.vials.enumerated().map { index, vial in
            NodePart("fluidics.vials.\(index)", vial, "vial") { $0 == .vial }
        }
        let pumps = self.devices.compactMap { device in
            device.node.map { node in NodePart("devices.\(device.name).node", node, "pump") { $0 == .pump } }
        }
        return fixed + vials + pumps
    }

    private func checkStocks(
        _ stocks: StockTable, _ rows: [String: CSVRow], _ graph: TubingGraph, _ findings: inout LabFindings
    ) {
        for stock in stocks.stocks {
            let place = { (column: String) in rows[stock.id]?[column]?.position }
            let key = "stock solution \(stock.name)"
            NodePart("\(key), reservoir", stock.reservoir, "reservoir", at: place("reservoir")) { $0 == .reservoir }
                .check(in: graph, &findings)
            let pump = NodePart("\(key), pump", stock.pump, "pump", at: place("pump")) { $0 == .pump }
            if pump.check(in: graph, &findings), !self.devices.contains(where: { $0.node == stock.pump }) {
                findings.report("\(key), pump", "no device drives pump “\(stock.pump)”", at: place("pump"))
            }
        }
    }

    private func checkPumps(_ stocks: StockTable, _ graph: TubingGraph, _ findings: inout LabFindings) {
        let pump = self.fluidics.cleaningPump
        let key = "fluidics.cleaning-pump"
        guard let node = graph.node(pump), node.kind == .pump else { return }
        if let stock = stocks.stocks.first(where: { $0.pump == pump }) {
            findings.report(key, "“\(pump)” carries the stock solution \(stock.name); cleaning needs a pump of its own")
        } else if node.pumpRole == .stock {
            findings.report(key, "“\(pump)” is a pump for stock solutions; cleaning needs a pump of its own")
        } else if !self.devices.contains(where: { $0.node == pump }) {
            findings.report(key, "no device drives pump “\(pump)”")
        }
    }

    private func checkValves(
        _ profiles: [String: DeviceProfile], _ graph: TubingGraph, _ findings: inout LabFindings
    ) {
        let gasValve = self.fluidics.gas.valve
        if !graph.gasValves.contains(gasValve) {
            findings.report(
                "fluidics.gas.opens",
                "“\(gasValve)” is no gas valve of the tubing; there \(NodePart.choice(graph.gasValves))")
        }
        let valves = graph.rotaryValves
        for valve in valves {
            let key = "devices.\(valve)"
            guard let device = self.devices.first(where: { $0.name == valve }) else {
                findings.report("devices", "the tubing has a valve \(valve), but no device is called so")
                continue
            }
            guard let profile = profiles[device.profile] else { continue }
            guard profile.family == .rotaryValve else {
                findings.report("\(key).profile", "the tubing has a valve \(valve), not a \(profile.family.rawValue)")
                continue
            }
            let ports = graph.nodes.compactMap { node in
                if case .valvePort(valve, let port) = node.kind { port } else { nil }
            }
            if let count = profile.limits.positions, let last = ports.max(), last > count {
                findings.report(
                    "\(key).profile", "\(profile.model) has \(count) ports, but the tubing has \(valve).\(last)")
            }
        }
        for device in self.devices
        where profiles[device.profile]?.family == .rotaryValve && !valves.contains(device.name) {
            findings.report(
                "devices.\(device.name)", "the tubing has no valve \(device.name); it is never turned",
                severity: .warning)
        }
    }
}

/// A node that a key names for a part that not every node can play.
private struct NodePart {
    let key: String
    let node: String
    /// What the node must be, in words.
    let word: String
    let place: SourcePosition?
    let fits: (FluidicNode.Kind) -> Bool

    init(
        _ key: String, _ node: String, _ word: String, at place: SourcePosition? = nil,
        fits: @escaping (FluidicNode.Kind) -> Bool
    ) {
        self.key = key
        self.node = node
        self.word = word
        self.place = place
        self.fits = fits
    }

    /// Whether the node is there and fits; if not, the finding says what would.
    @discardableResult func check(in graph: TubingGraph, _ findings: inout LabFindings) -> Bool {
        let choice = Self.choice(graph.nodes.filter { self.fits($0.kind) }.map(\.name))
        guard let found = graph.node(self.node) else {
            findings.report(
                self.key, "the tubing has no node “\(self.node)”; for a \(self.word) there \(choice)", at: self.place)
            return false
        }
        guard self.fits(found.kind) else {
            findings.report(self.key, "“\(self.node)” is not a \(self.word); there \(choice)", at: self.place)
            return false
        }
        return true
    }

    /// `is A`, `are A, B`; at most ten.
    static func choice(_ names: [String]) -> String {
        guard names.count > 1 else { return names.first.map { "is \($0)" } ?? "is none" }
        return "are " + names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }
}
