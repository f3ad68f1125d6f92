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
        var boards: [DeviceLink: ArduinoRelayBoard] = [:]
        for entry in lab.configuration.devices {
            guard let profile = lab.profiles[entry.profile] else { continue }
            let link = links[entry.name].map(DeviceLink.endpoint) ?? entry.link
            let timeouts = LinkTimeouts(profile.link.timing)
            switch (profile.driver, profile.family) {
            case ("cetoni.sila2", .syringePump):
                self.pumps[entry.node ?? entry.name] = SiLASyringePump(
                    name: entry.name, connection: try Self.connection(link, entry, profile),
                    syringe: SyringeGeometry(
                        innerDiameter: entry.innerDiameter ?? .zero, stroke: entry.stroke ?? .zero),
                    clock: clock, serverName: entry.serverName,
                    fastestFlow: entry.syringe(profile: profile)?.flowRange.upperBound,
                    // Small shares of a mixture are doses of a few microlitres.
                    tolerance: Volume(2, .microlitre), margin: profile.link.timing.margin)
            case ("cetoni.sila2", .rotaryValve):
                self.valves[entry.name] = SiLARotaryValve(
                    name: entry.name, connection: try Self.connection(link, entry, profile),
                    positionCount: profile.limits.positions ?? 10, clock: clock, serverName: entry.serverName,
                    turnLimit: profile.link.timing.total)
            case ("palmsens.methodscript", .potentiostat):
                let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 921_600)
                let line = try Self.line(link, serial, of: entry.name)
                let potentiostat = MethodScriptPotentiostat(
                    name: entry.name, link: ByteLink(device: entry.name, over: line, timeouts: timeouts),
                    options: MethodScriptOptions(
                        serial: serial, timeouts: timeouts, margin: profile.link.timing.margin),
                    clock: clock)
                self.potentiostats[entry.name] = potentiostat
                self.note(potentiostat, on: line, link)
            case ("arduino.relay", .relay):
                let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 9600)
                let line = try Self.line(link, serial, of: entry.name)
                let board =
                    boards[link]
                    ?? ArduinoRelayBoard(
                        name: entry.name, link: ByteLink(device: entry.name, over: line, timeouts: timeouts))
                boards[link] = board
                let relay = board.relay(entry.parameters["channel"].flatMap { Int($0) } ?? 1, named: entry.name)
                self.relays[entry.name] = relay
                self.note(relay, on: line, link)
            default:
                throw DeviceError(
                    .misconfigured, device: entry.name, command: "choose a driver",
                    "profile \(entry.profile) asks for “\(profile.driver)” for a \(profile.family.rawValue)",
                    advice: "Correct `driver` in the profile; this program has \(Self.drivers).")
            }
        }
    }

    /// The drivers of this program, in words.
    static let drivers = "cetoni.sila2, palmsens.methodscript and arduino.relay"

    /// Whether this program can drive what a profile describes.
    static func hasDriver(_ profile: DeviceProfile) -> Bool {
        switch (profile.driver, profile.family) {
        case ("cetoni.sila2", .syringePump), ("cetoni.sila2", .rotaryValve), ("palmsens.methodscript", .potentiostat),
            ("arduino.relay", .relay):
            true
        default: false
        }
    }

    private static func line(
        _ link: DeviceLink, _ serial: SerialSettings, of device: String
    ) throws(DeviceError) -> any LinkTransport {
        if let rule = link.rule { return PluggedLine("\(rule)", settings: serial) }
        return try Self.endpoint("\(link)", of: device).transport(serial: serial)
    }

    /// Devices on one line are followed together.
    private mutating func note(_ device: any Device, on line: any LinkTransport, _ link: DeviceLink) {
        guard let line = line as? PluggedLine, let rule = link.rule else { return }
        if let index = self.plugged.firstIndex(where: { $0.rule == rule }) {
            self.plugged[index].devices.append(device)
        } else {
            self.plugged.append(PluggedDevice(name: device.name, rule: rule, line: line, devices: [device]))
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
        _ link: DeviceLink, _ entry: LabConfiguration.DeviceEntry, _ profile: DeviceProfile
    ) throws(DeviceError) -> SiLAConnection {
        let endpoint = try Self.endpoint("\(link)", of: entry.name)
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
