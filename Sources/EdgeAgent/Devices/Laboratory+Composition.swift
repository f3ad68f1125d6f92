import DeviceDrivers
public import DeviceKit
import DeviceProfiles
import Links
import Methods
import Protocols

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
        var lines: [DeviceLink: (TextLine, any LinkTransport)] = [:]
        var registerLines: [DeviceLink: (ModbusLink, any LinkTransport)] = [:]
        var driveLines: [DeviceLink: DriveLine] = [:]
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
                self.note(potentiostat, profile, on: line, link)
            case ("palmsens.bridge", .potentiostat):
                let line = try Self.line(link, SerialSettings(baud: 921_600), of: entry.name)
                self.potentiostats[entry.name] = BridgedPotentiostat(
                    name: entry.name, link: ByteLink(device: entry.name, over: line, timeouts: timeouts),
                    options: BridgeOptions(margin: profile.link.timing.margin), clock: clock)
            case ("palmsens.session-folder", .potentiostat):
                self.potentiostats[entry.name] = SessionFolderPotentiostat(
                    name: entry.name, link: try Self.folder(link, entry, profile, longestFile: 64_000_000),
                    longest: entry.time("longest-measurement", profile) ?? .seconds(14_400),
                    margin: profile.link.timing.margin, clock: clock)
            case ("anton-paar.lims", .densimeter):
                self.densimeters[entry.name] = LimsDensimeter(
                    name: entry.name, link: try Self.folder(link, entry, profile),
                    longest: entry.time("longest-measurement", profile) ?? .seconds(3600),
                    margin: profile.link.timing.margin, clock: clock)
            case ("anton-paar.serial", .densimeter):
                let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 9600)
                let line = try Self.line(link, serial, of: entry.name)
                let densimeter = SerialDensimeter(
                    name: entry.name, link: ByteLink(device: entry.name, over: line, timeouts: timeouts),
                    longest: entry.time("longest-measurement", profile) ?? .seconds(3600),
                    margin: profile.link.timing.margin, clock: clock)
                self.densimeters[entry.name] = densimeter
                self.note(densimeter, profile, on: line, link)
            case ("anton-paar.export-folder", .densimeter):
                self.densimeters[entry.name] = ExportFolderDensimeter(
                    name: entry.name, link: try Self.folder(link, entry, profile, takesOrders: false),
                    longest: entry.time("longest-measurement", profile) ?? .seconds(3600),
                    margin: profile.link.timing.margin, clock: clock)
            case ("anton-paar.printer", .densimeter):
                let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 9600)
                let line = try Self.line(link, serial, of: entry.name)
                let densimeter = PrinterDensimeter(
                    name: entry.name,
                    link: ByteLink(device: entry.name, over: line, timeouts: timeouts, unsolicited: .keep),
                    format: DensimeterPrintout.Format(entry.parameterValues(profile)),
                    longest: entry.time("longest-measurement", profile) ?? .seconds(3600),
                    margin: profile.link.timing.margin, clock: clock)
                self.densimeters[entry.name] = densimeter
                self.note(densimeter, profile, on: line, link)
            case ("generic.ascii", _):
                let known = lines[link]
                let (line, transport) =
                    if let known { known } else { try Self.textLine(link, entry, profile) }
                lines[link] = (line, transport)
                let parameters = entry.parameterValues(profile)
                let device = try GenericDevice(
                    name: entry.name, profile: profile, parameters: parameters,
                    wire: TextWire(name: entry.name, profile: profile, parameters: parameters, line: line),
                    clock: clock)
                self.add(device, as: profile.family)
                self.note(device, profile, on: transport, link)
            case ("generic.modbus", _):
                let known = registerLines[link]
                let (line, transport) =
                    if let known { known } else { try Self.registerLine(link, entry, profile) }
                registerLines[link] = (line, transport)
                let parameters = entry.parameterValues(profile)
                let device = try GenericDevice(
                    name: entry.name, profile: profile, parameters: parameters,
                    wire: ModbusWire(name: entry.name, profile: profile, parameters: parameters, line: line),
                    clock: clock)
                self.add(device, as: profile.family)
                self.note(device, profile, on: transport, link)
            case (let driver, .syringePump) where EposRoute(driver: driver) != nil:
                guard let route = EposRoute(driver: driver) else { continue }
                let known = driveLines[link]
                let line = if let known { known } else { try DriveLine(link, entry, profile, route) }
                driveLines[link] = line
                let pump = line.pump(entry, profile, route, clock: clock)
                self.pumps[entry.node ?? entry.name] = pump
                self.note(pump, profile, on: line.transport, link)
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
        case .balance, .syringePump, .rotaryValve, .potentiostat, .densimeter, .other: break
        }
    }

    /// The first device of a line sets it up.
    private static func textLine(
        _ link: DeviceLink, _ entry: LabConfiguration.DeviceEntry, _ profile: DeviceProfile
    ) throws(DeviceError) -> (TextLine, any LinkTransport) {
        let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 9600)
        let transport = try Self.line(link, serial, of: entry.name)
        return (try TextLine(device: entry.name, profile: profile, over: transport), transport)
    }

    /// RTU on serial lines, Modbus TCP on networks. The first device of a line sets it up.
    private static func registerLine(
        _ link: DeviceLink, _ entry: LabConfiguration.DeviceEntry, _ profile: DeviceProfile
    ) throws(DeviceError) -> (ModbusLink, any LinkTransport) {
        let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 19_200, parity: .even)
        let transport = try Self.line(link, serial, of: entry.name)
        let line = ModbusLink(
            name: "\(link)", over: transport, framing: link.isSerial ? .rtu(baud: serial.baud) : .tcp,
            timeouts: LinkTimeouts(profile.link.timing))
        return (line, transport)
    }

    /// The drivers of this program, in words.
    static let drivers =
        "cetoni.sila2, \(EposRoute.drivers.joined(separator: ", ")), palmsens.methodscript, palmsens.bridge, "
        + "palmsens.session-folder, anton-paar.lims, anton-paar.serial, anton-paar.export-folder, anton-paar.printer, "
        + "generic.ascii and generic.modbus"

    /// Whether this program can drive what a profile describes.
    static func hasDriver(_ profile: DeviceProfile) -> Bool {
        switch (profile.driver, profile.family) {
        case ("cetoni.sila2", .syringePump), ("cetoni.sila2", .rotaryValve), ("palmsens.methodscript", .potentiostat),
            ("palmsens.bridge", .potentiostat), ("palmsens.session-folder", .potentiostat),
            ("anton-paar.lims", .densimeter), ("anton-paar.serial", .densimeter),
            ("anton-paar.export-folder", .densimeter), ("anton-paar.printer", .densimeter),
            ("generic.ascii", .relay), ("generic.ascii", .thermometer), ("generic.ascii", .thermostat),
            ("generic.ascii", .balance), ("generic.ascii", .other), ("generic.modbus", .relay),
            ("generic.modbus", .thermometer), ("generic.modbus", .thermostat), ("generic.modbus", .balance),
            ("generic.modbus", .other):
            true
        case (let driver, .syringePump): EposRoute(driver: driver) != nil
        default: false
        }
    }

    /// Whether a person starts what such a device measures.
    static func isStartedByHand(_ profile: DeviceProfile) -> Bool {
        ["anton-paar.export-folder", "anton-paar.printer"].contains(profile.driver)
    }

    static func line(
        _ link: DeviceLink, _ serial: SerialSettings, of device: String
    ) throws(DeviceError) -> any LinkTransport {
        if let rule = link.rule { return PluggedLine("\(rule)", settings: serial) }
        return try Self.endpoint("\(link)", of: device).transport(serial: serial)
    }

    /// Devices on one line are followed together.
    private mutating func note(
        _ device: any Device, _ profile: DeviceProfile, on line: any LinkTransport, _ link: DeviceLink
    ) {
        guard let line = line as? PluggedLine, let rule = link.rule else { return }
        if let index = self.plugged.firstIndex(where: { $0.rule == rule }) {
            self.plugged[index].devices.append(device)
        } else {
            let silent =
                profile.identity == .none ? DeviceIdentity(vendor: profile.vendor, model: profile.model) : nil
            self.plugged.append(
                PluggedDevice(name: device.name, rule: rule, line: line, devices: [device], silent: silent))
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

    private static func folder(
        _ link: DeviceLink, _ entry: LabConfiguration.DeviceEntry, _ profile: DeviceProfile,
        longestFile: Int = 4_000_000, takesOrders: Bool = true
    ) throws(DeviceError) -> FolderLink {
        guard case .folder(let path) = try Self.endpoint("\(link)", of: entry.name) else {
            throw DeviceError(
                .misconfigured, device: entry.name, command: "open", "\(link) is no folder",
                advice: takesOrders
                    ? "The folders of an exchange of files are reached as folder:///path, with `in` and `out` below it."
                    : "A folder of results is reached as folder:///path.")
        }
        var timing = FolderLink.Timing(answer: profile.link.timing.total)
        timing.stable = entry.time("stable", profile) ?? timing.stable
        timing.abandoned = entry.time("abandoned", profile) ?? timing.abandoned
        return FolderLink(
            device: entry.name, path: path, timing: timing, longestFile: longestFile, takesOrders: takesOrders)
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

extension DensimeterPrintout.Format {
    fileprivate init(_ parameters: [String: StateValue]) {
        self.init()
        if let start = parameters["record-start"]?.word { self.start = start }
        if let end = parameters["record-end"]?.word { self.end = end }
        if let line = parameters["sample-line"]?.word { self.sampleLine = line }
    }
}
