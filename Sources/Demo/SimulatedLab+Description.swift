import Analysis
import DeviceKit
import DeviceProfiles
public import EdgeAgent
import Methods
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
        case .syringePump: return .init(name: entry.name, kind: .pump(entry.name))
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
                name: entry.name, kind: .densimeter(cell: cell?.instrument, methods: methods ?? []), line: line)
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
}
