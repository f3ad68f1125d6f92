import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Links

/// A device of a profile on a line of its own.
enum TextDevice {
    static func make(
        _ profile: DeviceProfile, parameters given: [String: StateValue] = [:], at endpoint: LinkEndpoint,
        clock: LabClock = LabClock()
    ) throws -> GenericDevice {
        let parameters = profile.parameters.reduce(into: given) { values, parameter in
            if values[parameter.name] == nil { values[parameter.name] = parameter.standard }
        }
        let line = try TextLine(device: "device", profile: profile, over: endpoint.transport())
        let wire = TextWire(name: "device", profile: profile, parameters: parameters, line: line)
        return try GenericDevice(name: "device", profile: profile, parameters: parameters, wire: wire, clock: clock)
    }
}
