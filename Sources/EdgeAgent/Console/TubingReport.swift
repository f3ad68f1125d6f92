import Analysis
import DeviceKit
import Methods

/// What stands where in tubes, syringes and vessels, and which way the valves point.
struct TubingReport: Encodable {
    struct Port: Encodable {
        var port: Int
        /// What stands at the other end of its tube.
        var leads: String
    }

    struct Valve: Encodable {
        var name: String
        /// Nil while it is not known.
        var port: Int?
        var ports: [Port]
    }

    /// A tube between two parts of the system; those to bottles, vials, wastes and gases are left to the valves.
    struct Tube: Encodable {
        var label: String
        var from: String
        var fromPort: Int?
        var to: String
        var toPort: Int?
        var volume_mL: Double
        /// The largest part first, gas included.
        var content: [StockPlace.Part]
    }

    var places: [StockPlace]
    var valves: [Valve]
    var tubes: [Tube]

    /// - Parameter ports: how the valves answered last.
    init(_ lab: LabModel, _ fluid: FluidState, ports: [DeviceReport]) {
        let graph = lab.router.graph
        self.places = StockReport(lab, fluid, remembered: true).places
        self.valves = graph.rotaryValves.map { name in
            Valve(name: name, port: ports.first { $0.device == name }?.port, ports: graph.ports(of: name))
        }
        self.tubes = graph.edges.compactMap { edge in
            guard let start = graph.node(edge.start), let end = graph.node(edge.end), start.part != end.part,
                !start.kind.isSupplyOrVessel, !end.kind.isSupplyOrVessel
            else { return nil }
            return Tube(
                label: edge.label, from: start.part, fromPort: start.kind.valvePort, to: end.part,
                toPort: end.kind.valvePort, volume_mL: edge.deadVolume.in(.millilitre),
                content: fluid.content(of: edge).parts(in: lab))
        }
    }
}

extension TubingGraph {
    fileprivate func ports(of valve: String) -> [TubingReport.Port] {
        self.nodes.compactMap { node in
            guard case .valvePort(valve, let port) = node.kind else { return nil }
            let others = self.edges(at: node.name).map { $0.start == node.name ? $0.end : $0.start }
            let leads = others.compactMap(self.node).map(\.part).first { $0 != valve }
            return TubingReport.Port(port: port, leads: leads ?? "nothing")
        }.sorted { $0.port < $1.port }
    }
}

extension FluidicNode {
    /// The part of the system that the node belongs to: its valve, mixer or cell, or itself.
    fileprivate var part: String {
        switch self.kind {
        case .valveCommon(let valve), .valvePort(let valve, _): valve
        case .mixerInlet(let mixer, _), .mixerOutlet(let mixer): mixer
        case .gasValveInlet(let valve, _), .gasValveOutlet(let valve): valve
        case .cellInlet(let instrument), .cellOutlet(let instrument): instrument
        default: self.name
        }
    }
}

extension FluidicNode.Kind {
    /// 0 for a rotary valve's common port.
    fileprivate var valvePort: Int? {
        switch self {
        case .valveCommon: 0
        case .valvePort(_, let port): port
        default: nil
        }
    }

    fileprivate var isSupplyOrVessel: Bool { self.isVessel || self.isGasSupply }
}

extension FluidPortion {
    fileprivate func parts(in lab: LabModel) -> [StockPlace.Part] {
        guard !self.isEmpty else { return [] }
        return self.sources.map {
            StockPlace.Part(name: lab.name(of: $0), source: $0.rawValue, fraction: self.volume(of: $0) / self.volume)
        }.sorted { ($1.fraction, $0.name) < ($0.fraction, $1.name) }
    }
}
