import Console
import DeviceKit
public import DeviceProfiles
import Methods

extension LabConfiguration {
    /// Reads a lab's description. Nil when too little of it can be read. A description whose document then holds an error
    /// serves to find more, and for nothing else.
    ///
    /// - Parameter directory: folder of the file, from which relative paths start.
    public init?(parsing text: String, directory: String, in document: ConfigurationDocument) {
        guard let root = document.root(text) else { return nil }
        if let version = root.integer("lab"), version != 1 {
            root.report("lab: version \(version) is not the one that this program reads, 1", key: "lab")
        }
        let path = { (text: String) in text.hasPrefix("/") ? text : "\(directory)/\(text)" }
        let name = root.text("name")
        let state = root.text("state")
        let handlesLiquids = Self.handlesLiquids(root)
        let profiles = handlesLiquids ? root.text("profiles") : root.optionalText("profiles") ?? "device-profiles"
        let location = root.section("location").flatMap(Location.init)
        let broker = root.section("broker").flatMap { Broker($0, path: path) }
        let console = root.optionalSection("console").flatMap { ConsoleOptions($0, path: path) }
        let chemistry = handlesLiquids ? root.section("chemistry") : nil
        let chemicals = chemistry?.text("chemicals")
        let stocks = chemistry?.text("stocks")
        chemistry?.finish()
        let fluidics = handlesLiquids ? root.section("fluidics") : nil
        let nodes = fluidics?.text("nodes")
        let edges = fluidics?.text("edges")
        let tubing = fluidics?.text("tubing")
        let settings = fluidics.flatMap(LiquidHandlingSettings.init)
        let cell = handlesLiquids ? root.section("cell").flatMap(ConductivityCell.init) : nil
        let densimeter = root.optionalSection("densimeter").flatMap(DensimeterCell.init)
        let methods = root.section("methods")
        let conductivity = methods?.optionalSection("conductivity/two_electrode").flatMap(ConductivitySettings.init)
        let electrolyte = methods?.optionalSection("electrolyte/flow").flatMap {
            ElectrolyteSettings($0, into: settings)
        }
        let density = methods?.optionalSection("density/vibrating_tube_densimetry").flatMap {
            DensimetrySettings($0, in: densimeter)
        }
        let viscosity = methods?.optionalSection("viscosity/rolling_ball_viscometry").flatMap {
            DensimetrySettings($0, in: densimeter)
        }
        let transport = methods?.optionalSection("transport/transport_service").flatMap(TransportSettings.init)
        methods?.finish()
        let operators = OperatorSettings(root, path: path)
        let section = handlesLiquids ? root.section("devices") : root.optionalSection("devices")
        let devices = section.map { section in
            section.keys.compactMap { name in section.section(name).flatMap { DeviceEntry(name: name, $0, path: path) }
            }
        }
        root.finish()
        guard let name, let state, let profiles, let location, let broker,
            let devices = devices ?? (handlesLiquids ? nil : [])
        else { return nil }
        if handlesLiquids {
            guard chemicals != nil, stocks != nil, nodes != nil, edges != nil, tubing != nil, settings != nil,
                cell != nil
            else { return nil }
        }
        self.init(
            name: name, console: console, directory: directory, location: location, stateDirectory: path(state),
            profilesDirectory: path(profiles), broker: broker, handlesLiquids: handlesLiquids,
            chemicalsFile: chemicals.map(path), stocksFile: stocks.map(path), nodesFile: nodes.map(path),
            edgesFile: edges.map(path), tubingFile: tubing.map(path), fluidics: settings ?? .none, cell: cell ?? .none,
            conductivity: conductivity, electrolyte: electrolyte, densimeter: densimeter, density: density,
            viscosity: viscosity, transport: transport, operators: operators, devices: devices)
    }

    /// All labs do, but those that neither describe any liquid nor offer more than what people do.
    private static func handlesLiquids(_ root: ConfigurationSection) -> Bool {
        guard !["chemistry", "fluidics", "cell", "densimeter"].contains(where: root.has),
            let methods = root.keys(of: "methods")
        else { return true }
        return methods.isEmpty || methods.contains { $0 != "transport/transport_service" }
    }
}

extension LabConfiguration.Location {
    init?(_ section: ConfigurationSection) {
        let address = section.text("address")
        let machine = section.text("machine")
        section.finish()
        guard let address, let machine else { return nil }
        self.init(address: address, machine: machine)
    }
}

extension LabConfiguration.Broker {
    init?(_ section: ConfigurationSection, path: (String) -> String) {
        let url = section.text("url")
        let user = section.text("user")
        let passwordFile = section.text("password-file")
        let tenant = section.text("tenant")
        let poll =
            section.optionalDuration("poll", .within(.milliseconds(100)...(.seconds(3600)), "100 ms to 1 h"))
            ?? .seconds(5)
        if let tenant, !tenant.isUUID {
            section.report(
                "broker.tenant: “\(tenant)” is not a UUID; ask the broker's administrator for it", key: "tenant")
        }
        if let url, !["http://", "https://"].contains(where: { url.hasPrefix($0) && url.count > $0.count }) {
            section.report("broker.url: “\(url)” must be http:// or https:// and a host", key: "url")
        }
        section.finish()
        guard let url, let user, let passwordFile, let tenant else { return nil }
        self.init(url: url, user: user, passwordFile: path(passwordFile), tenant: tenant, poll: poll)
    }
}

extension LabConfiguration.DeviceEntry {
    init?(name: String, _ section: ConfigurationSection, path: (String) -> String) {
        let profile = section.text("profile")
        let link = DeviceLink(section)
        let node = section.optionalText("node")
        let syringe = section.optionalSection("syringe")
        let millimetres = { (least: Double, most: Double) in
            Allowed<Length>.within(
                Length(least, .millimetre)...Length(most, .millimetre), "\(least) mm to \(most) mm")
        }
        let diameter = syringe?.quantity("inner-diameter", Length.self, millimetres(0.1, 100))
        let stroke = syringe?.quantity("stroke", Length.self, millimetres(1, 500))
        syringe?.finish()
        var parameters = Dictionary(section.words("parameters").map { ($0.key, $0.text) }) { first, _ in first }
        if let channel = section.optionalInteger("channel") { parameters["channel"] = "\(channel)" }
        let bus = section.optionalText("bus")
        let serverName = section.optionalText("server-name")
        let certificate = section.optionalText("certificate")
        let allowsRenumbering = section.optionalBool("allow-renumbering") ?? false
        section.finish()
        guard let profile, let link else { return nil }
        self.init(
            name: name, profile: profile, link: link, node: node, innerDiameter: diameter, stroke: stroke,
            parameters: parameters, bus: bus, serverName: serverName, certificateFile: certificate.map(path),
            allowsRenumbering: allowsRenumbering)
    }
}

extension String {
    /// Whether the text is a UUID in its usual notation, 8-4-4-4-12 hexadecimal digits.
    var isUUID: Bool {
        let groups = self.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy(\.isHexDigit)
    }
}
