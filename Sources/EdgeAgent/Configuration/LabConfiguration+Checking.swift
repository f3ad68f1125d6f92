import Analysis
import DeviceKit
import DeviceProfiles
import Methods

extension LabConfiguration {
    /// Fastest and slowest piston of a neMESYS low-pressure pump without pulsation (CETONI).
    private static let pistonSpeed = (slowest: 0.001042, fastest: 6.33)

    /// What the pumps can do with their syringes, by pump node.
    var syringes: [String: LabModel.Syringe] {
        var syringes: [String: LabModel.Syringe] = [:]
        for device in self.devices {
            guard let node = device.node, let diameter = device.innerDiameter, let stroke = device.stroke else { continue }
            let area = Double.pi / 4 * diameter.in(.millimetre) * diameter.in(.millimetre)
            syringes[node] = LabModel.Syringe(
                capacity: Volume(area * stroke.in(.millimetre), .microlitre),
                flowRange: FlowRate(
                    area * Self.pistonSpeed.slowest, .microlitrePerSecond)...FlowRate(
                        area * Self.pistonSpeed.fastest, .microlitrePerSecond))
        }
        return syringes
    }

    /// Entries that lack what their profile's family needs, or name what is not there.
    func deviceFindings(profiles: [String: DeviceProfile], file: String) -> [SourceDiagnostic] {
        var findings: [SourceDiagnostic] = []
        let report = { (message: String) in
            findings.append(SourceDiagnostic(file: file, line: 1, column: 1, message: message))
        }
        var links: [String: String] = [:]
        for device in self.devices {
            guard let profile = profiles[device.profile] else { continue }
            let kind = device.link.split(separator: ":").first.map(String.init) ?? ""
            if !profile.linkKinds.contains(kind) {
                report(
                    "devices.\(device.name).link: \(profile.model) is reached over "
                        + "\(profile.linkKinds.joined(separator: " or ")), not “\(device.link)”")
            }
            if let other = links.updateValue(device.name, forKey: device.link), profile.family != .relay {
                report("devices.\(device.name).link: \(device.link) belongs to \(other) already")
            }
            switch profile.family {
            case .syringePump where device.node == nil || device.innerDiameter == nil || device.stroke == nil:
                report("devices.\(device.name): a syringe pump needs `node` and `syringe`")
            case .relay where !(1...(profile.count ?? 1)).contains(device.channel ?? 0):
                report("devices.\(device.name): `channel` must be 1 to \(profile.count ?? 1)")
            default: break
            }
        }
        let names = Set(self.devices.map(\.name))
        for (key, name) in [("fluidics.gas.relay", self.fluidics.gas.relay), ("cell.potentiostat", self.cell.potentiostat)]
        where !names.contains(name) {
            report("\(key): no device is called “\(name)”")
        }
        return findings
    }

    /// Nodes that the description names and the tubing lacks, and valves and pumps of the tubing that no device drives.
    func nodeFindings(graph: TubingGraph, stocks: StockTable, file: String) -> [SourceDiagnostic] {
        var findings: [SourceDiagnostic] = []
        let report = { (message: String) in
            findings.append(SourceDiagnostic(file: file, line: 1, column: 1, message: message))
        }
        let named = [
            ("waste", self.fluidics.waste), ("solvent", self.fluidics.solvent), ("ambient", self.fluidics.ambient),
            ("cleaning-pump", self.fluidics.cleaningPump), ("mixer", self.fluidics.mixer),
            ("sample-node", self.fluidics.sampleNode), ("gas.source", self.fluidics.gas.source),
        ]
        for (key, node) in named + self.fluidics.vials.map({ ("vials", $0) }) where graph.node(node) == nil {
            report("fluidics.\(key): the tubing has no node “\(node)”")
        }
        for stock in stocks.stocks {
            if graph.node(stock.reservoir) == nil {
                report("stock solution \(stock.name): the tubing has no node “\(stock.reservoir)”")
            }
            if !self.devices.contains(where: { $0.node == stock.pump }) {
                report("stock solution \(stock.name): no device drives pump “\(stock.pump)”")
            }
        }
        if graph.cell(of: self.cell.instrument) == nil {
            report("cell.instrument: the tubing has no cell “\(self.cell.instrument)”")
        }
        let names = Set(self.devices.map(\.name))
        for valve in Set(graph.nodes.compactMap(\.kind.rotaryValve)).sorted() where !names.contains(valve) {
            report("the tubing has a valve \(valve), but no device is called so")
        }
        return findings
    }
}
