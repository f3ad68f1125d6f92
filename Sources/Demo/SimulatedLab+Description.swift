import Analysis
import DeviceKit
import DeviceProfiles
public import EdgeAgent
import Methods
import Protocols
public import Simulators

extension SimulatedLab.Description {
    /// The lab as it stands when it is first described: bottles full as weighed in, syringes, vials and wastes empty,
    /// all tubes dry, valves at port 1, the gas off, the cell at its configured temperature with its configured constant.
    ///
    /// Only facts about the lab go over, none of the plans made with them.
    public init(simulating lab: LabDescription) {
        self.init(
            world: WorldDescription(simulating: lab),
            devices: lab.configuration.devices.compactMap { Self.device($0, in: lab) })
    }

    private static func device(
        _ entry: LabConfiguration.DeviceEntry, in lab: LabDescription
    ) -> SimulatedLab.Device? {
        guard let profile = lab.profiles[entry.profile] else { return nil }
        let line: SimulatedLab.Device.Line =
            entry.link.isFolder ? .folder : entry.link.isSerial ? .tty : .tcp
        switch profile.family {
        case .syringePump:
            guard let (family, wire) = Self.drive(profile.driver) else {
                return .init(name: entry.name, kind: .pump(entry.name))
            }
            return .init(
                name: entry.name,
                kind: .drive(entry.name, node: entry.nodeID, family: family, wire: wire, line: "\(entry.link)"),
                line: line)
        case .rotaryValve: return .init(name: entry.name, kind: .valve(entry.name))
        case .relay where profile.simulator.kind == "arduino.relay-board":
            let gas = lab.configuration.fluidics.gas
            return .init(
                name: entry.name,
                kind: .relay(
                    board: "\(entry.link)", channel: entry.parameters["channel"].flatMap { Int($0) } ?? 1,
                    gasValve: entry.name == gas.relay ? gas.valve : nil),
                line: line)
        case .potentiostat:
            let cell = entry.name == lab.configuration.cell.potentiostat ? lab.configuration.cell.instrument : nil
            let kind: SimulatedLab.Device.Kind =
                switch profile.driver {
                case "palmsens.bridge": .bridgedPotentiostat(cell: cell)
                case "palmsens.session-folder": .sessionFolder(cell: cell)
                default: .potentiostat(cell: cell)
                }
            return .init(name: entry.name, kind: kind, line: line)
        case .densimeter:
            let cell = lab.configuration.densimeter.flatMap { $0.densimeter == entry.name ? $0 : nil }
            let methods = cell?.methods.enumerated().map { index, method in
                DensimeterMethod(
                    name: method.name, number: method.number ?? index, temperature: method.temperature,
                    measuresViscosity: method.measuresViscosity)
            }
            return .init(
                name: entry.name,
                kind: .densimeter(
                    cell: cell?.instrument, methods: methods ?? [],
                    isStartedByHand: lab.model.densimeter?.isStartedByHand == true && cell != nil),
                line: line)
        case .relay, .thermometer, .thermostat, .balance, .other:
            var profile = profile
            let temperature = lab.configuration.cell.temperature
            if temperature.thermometer == entry.name {
                profile.simulator.start["temperature"] = .number(
                    AnyQuantity(temperature.reading.value, in: .degreeCelsius))
            }
            return .init(
                name: entry.name,
                kind: .profiled(profile, parameters: entry.parameterValues(profile), line: "\(entry.link)"), line: line)
        }
    }

    /// What a profile's driver says of the drive that it speaks to; nil for pumps behind a server.
    private static func drive(_ driver: String) -> (SimulatedEposDrive.Family, SimulatedLab.Device.DriveWire)? {
        switch driver {
        case "maxon.epos2-serial": (.epos2, .serial(.v1))
        case "maxon.epos2-usb": (.epos2, .serial(.v2OfEpos2))
        case "maxon.epos4-serial": (.epos4, .serial(.v2))
        case "maxon.epos2-canopen": (.epos2, .slcan)
        case "maxon.epos4-canopen": (.epos4, .slcan)
        default: nil
        }
    }
}
