import Analysis
import DeviceKit
public import EdgeAgent
import Methods
public import Simulators

extension WorldDescription {
    /// The lab's tubing, what stands at its ends, and what moves liquid in it.
    public init(simulating lab: LabDescription) {
        let graph = lab.model.router.graph
        let configuration = lab.configuration
        self.init(
            edges: graph.edges,
            terminals: graph.nodes.compactMap { Terminal($0, in: lab) },
            pumps: configuration.devices.compactMap { Pump($0) },
            rotaryValves: graph.rotaryValves.map { Valve(name: $0, portCount: graph.portCount(of: $0)) },
            gasValves: graph.gasValves.compactMap { GasValve($0, in: graph) },
            cells: [
                graph.cell(of: configuration.cell.instrument).map {
                    InstrumentCell(configuration.cell, edge: $0.label)
                },
                configuration.densimeter.flatMap { densimeter in
                    graph.cell(of: densimeter.instrument).map {
                        InstrumentCell(
                            name: densimeter.instrument, edge: $0.label, temperature: Temperature(celsius: 25))
                    }
                },
            ].compactMap { $0 },
            liquids: Self.liquids(of: lab),
            // Enough to empty every line of the labs described so far several times in a pulse of a minute.
            physics: Physics(gasFlow: FlowRate(0.2, .millilitrePerSecond)))
    }

    /// Every stock solution by its id, and the solvent by its node.
    static func liquids(of lab: LabDescription) -> [String: Liquid] {
        var liquids: [String: Liquid] = [lab.configuration.fluidics.solvent: Self.solvent(of: lab)]
        for stock in lab.model.table.stocks {
            let concentrations = (try? lab.model.table.concentrations(of: stock)) ?? [:]
            liquids[stock.id] = Liquid(
                concentrations: Dictionary(concentrations.map { ($0.key.text, $0.value.value) }) { first, _ in first },
                density: stock.density?.value)
        }
        return liquids
    }

    /// Descriptions of labs do not say what rinses them. Here it is ethyl methyl carbonate, of the density in the table
    /// of chemicals, or 1.01 g/mL where the lab does not list it.
    private static func solvent(of lab: LabDescription) -> Liquid {
        let key = ElectrolyteConductivity.ethylMethylCarbonate
        let chemical = try? lab.model.table.chemical(InChIKey(key))
        let density = chemical?.density?.value ?? Density(1.01, .gramPerMillilitre)
        let molarMass = chemical?.molarMass.value ?? MolarMass(104.105, .gramPerMole)
        return Liquid(concentrations: [key: Concentration(si: density.si / molarMass.si)], density: density)
    }
}

extension WorldDescription.Terminal {
    /// What stands at an end of the tubing; nil for a node that is none, or that no tube reaches.
    fileprivate init?(_ node: FluidicNode, in lab: LabDescription) {
        guard !lab.model.router.graph.edges(at: node.name).isEmpty else { return nil }
        let handling = lab.configuration.fluidics
        switch node.kind {
        case .reservoir:
            let stock = lab.model.table.stocks.first { $0.reservoir == node.name }
            self.init(
                name: node.name, kind: .reservoir, liquid: stock?.id, volume: stock?.volumeTotal ?? .zero)
        case .solvent:
            let isTheSolvent = node.name == handling.solvent
            self.init(
                name: node.name, kind: .reservoir, liquid: isTheSolvent ? node.name : nil,
                volume: isTheSolvent ? handling.solventVolume : .zero)
        case .waste: self.init(name: node.name, kind: .waste)
        case .vial: self.init(name: node.name, kind: .vial, capacity: handling.vialVolume)
        case .ambient: self.init(name: node.name, kind: .ambient)
        case .gas: self.init(name: node.name, kind: .pressurisedGas)
        default: return nil
        }
    }
}

extension WorldDescription.Pump {
    fileprivate init?(_ entry: LabConfiguration.DeviceEntry) {
        guard let node = entry.node, let diameter = entry.innerDiameter, let stroke = entry.stroke else { return nil }
        self.init(name: entry.name, node: node, innerDiameter: diameter, stroke: stroke)
    }
}

extension WorldDescription.GasValve {
    fileprivate init?(_ valve: String, in graph: TubingGraph) {
        func inlet(_ port: Int) -> String? {
            graph.nodes.first { $0.kind == .gasValveInlet(valve: valve, port: port) }?.name
        }
        guard let released = inlet(0), let energised = inlet(1),
            let outlet = graph.nodes.first(where: { $0.kind == .gasValveOutlet(valve: valve) })
        else { return nil }
        self.init(name: valve, releasedInlet: released, energisedInlet: energised, outlet: outlet.name)
    }
}

extension WorldDescription.InstrumentCell {
    /// Electrodes with a double layer of about 8 µF, on a cable of 200 nH.
    fileprivate init(_ cell: ConductivityCell, edge: String) {
        self.init(
            name: cell.instrument, edge: edge, temperature: cell.temperature.reading.value,
            electrodes: CellElectrodes(cellConstant: cell.constant.value, cableInductance: 2e-7))
    }
}

extension TubingGraph {
    /// The highest selectable port of a rotary valve.
    fileprivate func portCount(of valve: String) -> Int {
        self.nodes.reduce(1) { highest, node in
            if case .valvePort(valve, let port) = node.kind { max(highest, port) } else { highest }
        }
    }
}
