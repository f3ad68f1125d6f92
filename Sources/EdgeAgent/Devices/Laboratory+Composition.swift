import DeviceDrivers
public import DeviceKit
import DeviceProfiles
import Links
import Methods

extension Laboratory {
    /// Makes the driver of every device that the lab's description names. Nothing is opened yet: a device is connected
    /// when it is first asked.
    ///
    /// - Parameter links: replace those of the description, by device name.
    /// - Throws: `.misconfigured` for a profile whose driver this program does not have, or a link that is none.
    public init(
        _ lab: LabDescription, links: [String: String] = [:], clock: LabClock
    ) throws(DeviceError) {
        self.init(pumps: [:], valves: [:], relays: [:], potentiostats: [:])
        var lines: [LinkEndpoint: TextLine] = [:]
        for entry in lab.configuration.devices {
            guard let profile = lab.profiles[entry.profile] else { continue }
            let endpoint = try Self.endpoint(links[entry.name] ?? entry.link, of: entry.name)
            let timeouts = LinkTimeouts(profile.link.timing)
            switch (profile.driver, profile.family) {
            case ("cetoni.sila2", .syringePump):
                self.pumps[entry.node ?? entry.name] = SiLASyringePump(
                    name: entry.name, connection: try Self.connection(endpoint, entry, profile),
                    syringe: SyringeGeometry(
                        innerDiameter: entry.innerDiameter ?? .zero, stroke: entry.stroke ?? .zero),
                    clock: clock, serverName: entry.serverName,
                    fastestFlow: entry.syringe(profile: profile)?.flowRange.upperBound,
                    // Small shares of a mixture are doses of a few microlitres.
                    tolerance: Volume(2, .microlitre), margin: profile.link.timing.margin)
            case ("cetoni.sila2", .rotaryValve):
                self.valves[entry.name] = SiLARotaryValve(
                    name: entry.name, connection: try Self.connection(endpoint, entry, profile),
                    positionCount: profile.limits.positions ?? 10, clock: clock, serverName: entry.serverName,
                    turnLimit: profile.link.timing.total)
            case ("palmsens.methodscript", .potentiostat):
                self.potentiostats[entry.name] = MethodScriptPotentiostat(
                    name: entry.name, endpoint: endpoint,
                    options: MethodScriptOptions(
                        serial: profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 921_600),
                        timeouts: timeouts,
                        margin: profile.link.timing.margin),
                    clock: clock)
            case ("generic.ascii", _):
                let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 9600)
                let known = lines[endpoint]
                let line =
                    if let known { known } else {
                        try TextLine(device: entry.name, profile: profile, over: endpoint.transport(serial: serial))
                    }
                lines[endpoint] = line
                let parameters = entry.parameterValues(profile)
                let wire = TextWire(name: entry.name, profile: profile, parameters: parameters, line: line)
                self.add(
                    try GenericDevice(
                        name: entry.name, profile: profile, parameters: parameters, wire: wire, clock: clock),
                    as: profile.family)
            default:
                throw DeviceError(
                    .misconfigured, device: entry.name, command: "choose a driver",
                    "profile \(entry.profile) asks for “\(profile.driver)” for a \(profile.family.rawValue)",
                    advice: "Correct `driver` in the profile; this program has \(Self.drivers).")
            }
        }
    }

    /// Gives a described device the part that its family has in the lab.
    private mutating func add(_ device: GenericDevice, as family: ProfileFamily) {
        self.described[device.name] = device
        switch family {
        case .relay: self.relays[device.name] = ProfiledRelay(device)
        case .thermometer: self.thermometers[device.name] = ProfiledThermometer(device)
        case .thermostat: self.thermometers[device.name] = ProfiledThermostat(device)
        case .balance, .syringePump, .rotaryValve, .potentiostat, .other: break
        }
    }

    /// The drivers of this program, in words.
    static let drivers = "cetoni.sila2, palmsens.methodscript and generic.ascii"

    /// Whether this program can drive what a profile describes.
    static func hasDriver(_ profile: DeviceProfile) -> Bool {
        switch (profile.driver, profile.family) {
        case ("cetoni.sila2", .syringePump), ("cetoni.sila2", .rotaryValve), ("palmsens.methodscript", .potentiostat),
            ("generic.ascii", .relay), ("generic.ascii", .thermometer), ("generic.ascii", .thermostat),
            ("generic.ascii", .balance), ("generic.ascii", .other):
            true
        default: false
        }
    }

    private static func endpoint(_ text: String, of device: String) throws(DeviceError) -> LinkEndpoint {
        do throws(LinkEndpoint.Invalid) {
            return try LinkEndpoint(parsing: text)
        } catch {
            throw DeviceError(
                .misconfigured, device: device, command: "open", "\(error)",
                advice: "Correct the device's `link` in the lab's description.")
        }
    }

    private static func connection(
        _ endpoint: LinkEndpoint, _ entry: LabConfiguration.DeviceEntry, _ profile: DeviceProfile
    ) throws(DeviceError) -> SiLAConnection {
        guard case .tcp(let host, let port) = endpoint else {
            throw DeviceError(
                .misconfigured, device: entry.name, command: "open", "\(endpoint) is no network address",
                advice: "A SiLA 2 server is reached over tcp://host:port.")
        }
        let security = entry.certificateFile.map(SiLAEndpoint.Security.pinned) ?? .plaintext
        return try SiLAConnection(
            device: entry.name, endpoint: SiLAEndpoint(host: host, port: Int(port), security: security),
            callDeadline: profile.link.timing.total)
    }
}
