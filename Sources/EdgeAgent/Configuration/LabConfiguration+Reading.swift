import DeviceKit
public import DeviceProfiles
import Methods

extension LabConfiguration {
    /// Reads a lab's description. Nil when it cannot be used; the document then holds every finding.
    ///
    /// - Parameter directory: folder of the file, from which relative paths start.
    public init?(parsing text: String, directory: String, in document: ConfigurationDocument) {
        guard let root = document.root(text) else { return nil }
        if let version = root.integer("lab"), version != 1 {
            root.report("lab: version \(version) is newer than this program, which reads version 1", key: "lab")
        }
        let path = { (text: String) in text.hasPrefix("/") ? text : "\(directory)/\(text)" }
        let name = root.text("name")
        let state = root.text("state")
        let profiles = root.text("profiles")
        let location = root.section("location").flatMap(Location.init)
        let broker = root.section("broker").flatMap { Broker($0, path: path) }
        let chemistry = root.section("chemistry")
        let chemicals = chemistry?.text("chemicals")
        let stocks = chemistry?.text("stocks")
        chemistry?.finish()
        let fluidics = root.section("fluidics")
        let nodes = fluidics?.text("nodes")
        let edges = fluidics?.text("edges")
        let tubing = fluidics?.text("tubing")
        let settings = fluidics.flatMap(LiquidHandlingSettings.init)
        let cell = root.section("cell").flatMap(ConductivityCell.init)
        let methods = root.section("methods")
        let conductivity = methods?.optionalSection("conductivity/two_electrode").flatMap(ConductivitySettings.init)
        let electrolyte = methods?.optionalSection("electrolyte/flow").flatMap(ElectrolyteSettings.init)
        methods?.finish()
        let devices = root.section("devices").map { section in
            section.keys.compactMap { name in section.section(name).flatMap { DeviceEntry(name: name, $0) } }
        }
        root.finish()
        guard let name, let state, let profiles, let location, let broker, let chemicals, let stocks, let nodes, let edges,
            let tubing, let settings, let cell, let devices,
            !document.diagnostics.contains(where: { $0.severity == .error })
        else { return nil }
        self.init(
            name: name, directory: directory, location: location, stateDirectory: path(state),
            profilesDirectory: path(profiles), broker: broker,
            chemicalsFile: path(chemicals), stocksFile: path(stocks), nodesFile: path(nodes), edgesFile: path(edges),
            tubingFile: path(tubing), fluidics: settings, cell: cell, conductivity: conductivity,
            electrolyte: electrolyte, devices: devices)
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
        let poll = section.optionalDuration("poll") ?? .seconds(5)
        if let tenant, !tenant.isUUID {
            section.report("tenant: “\(tenant)” is not a UUID; ask the broker's administrator for it", key: "tenant")
        }
        if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            section.report("url: “\(url)” must begin with http:// or https://", key: "url")
        }
        section.finish()
        guard let url, let user, let passwordFile, let tenant else { return nil }
        self.init(url: url, user: user, passwordFile: path(passwordFile), tenant: tenant, poll: poll)
    }
}

extension LabConfiguration.DeviceEntry {
    init?(name: String, _ section: ConfigurationSection) {
        let profile = section.text("profile")
        let link = section.text("link")
        let node = section.optionalText("node")
        let syringe = section.optionalSection("syringe")
        let diameter = syringe?.quantity("inner-diameter", Length.self)
        let stroke = syringe?.quantity("stroke", Length.self)
        syringe?.finish()
        let channel = section.optionalInteger("channel")
        let serverName = section.optionalText("server-name")
        section.finish()
        guard let profile, let link else { return nil }
        self.init(
            name: name, profile: profile, link: link, node: node, innerDiameter: diameter, stroke: stroke,
            channel: channel, serverName: serverName)
    }
}

extension LiquidHandlingSettings {
    init?(_ section: ConfigurationSection) {
        let waste = section.text("waste")
        let solvent = section.text("solvent")
        let solventVolume = section.quantity("solvent-volume", Volume.self)
        let ambient = section.text("ambient")
        let cleaningPump = section.text("cleaning-pump")
        let mixer = section.text("mixer")
        let sampleNode = section.text("sample-node")
        let gas = section.section("gas")
        let source = gas?.text("source")
        let relay = gas?.text("relay")
        let valve = gas?.text("opens")
        gas?.finish()
        let pulse = section.section("gas-pulse")
        let open = pulse?.duration("open")
        let rest = pulse?.duration("rest")
        let repeats = pulse?.integer("repeats")
        pulse?.finish()
        let vials = section.optionalTexts("vials") ?? []
        let vialVolume = section.quantity("vial-volume", Volume.self)
        let flow = section.quantity("flow", FlowRate.self)
        let fillFlow = section.quantity("fill-flow", FlowRate.self)
        let fillSettle = section.duration("fill-settle")
        let settle = section.duration("settle")
        let branchPrime = section.quantity("branch-prime", Volume.self)
        let flushFactor = section.optionalNumber("flush-factor") ?? 3
        let rinseSettle = section.duration("rinse-settle")
        let doseUncertainty = section.optionalNumber("dose-uncertainty") ?? 0.005
        section.finish()
        guard let waste, let solvent, let solventVolume, let ambient, let cleaningPump, let mixer, let sampleNode,
            let source, let relay, let valve, let open, let rest, let repeats, let vialVolume, let flow, let fillFlow,
            let fillSettle, let settle, let branchPrime, let rinseSettle
        else { return nil }
        self.init(
            waste: waste, solvent: solvent, solventVolume: solventVolume, ambient: ambient,
            cleaningPump: cleaningPump, mixer: mixer, sampleNode: sampleNode,
            gas: Gas(source: source, relay: relay, valve: valve, open: open, rest: rest, repeats: repeats),
            vials: vials, vialVolume: vialVolume, flow: flow, fillFlow: fillFlow, fillSettle: fillSettle,
            settle: settle, branchPrime: branchPrime, flushFactor: flushFactor, rinseSettle: rinseSettle,
            doseUncertainty: doseUncertainty)
    }
}

extension ConductivityCell {
    init?(_ section: ConfigurationSection) {
        let instrument = section.text("instrument")
        let potentiostat = section.text("potentiostat")
        let sampleVolume = section.quantity("sample-volume", Volume.self)
        let constant = section.section("constant")
        let value = constant?.quantity("value", CellConstant.self)
        let uncertainty = constant?.quantity("uncertainty", CellConstant.self)
        let determined = constant?.text("determined")
        constant?.finish()
        let housing = section.section("temperature")
        let temperature = housing?.quantity("value", Temperature.self)
        let temperatureUncertainty = housing?.quantity("uncertainty", Temperature.self)
        let maximumAge = housing?.duration("max-age")
        housing?.finish()
        section.finish()
        guard let instrument, let potentiostat, let sampleVolume, let value, let uncertainty, let determined,
            let temperature, let temperatureUncertainty, let maximumAge
        else { return nil }
        self.init(
            instrument: instrument, potentiostat: potentiostat, sampleVolume: sampleVolume,
            constant: Measured(value, uncertainty: uncertainty), constantDetermined: determined,
            temperature: ConfiguredTemperature(
                reading: Measured(temperature, uncertainty: temperatureUncertainty), maximumAge: maximumAge))
    }
}

extension ConductivitySettings {
    init?(_ section: ConfigurationSection) {
        let repeats = section.integer("repeats")
        let tolerance = section.quantity("temperature-tolerance", Temperature.self)
        let sweep = section.section("sweep")
        let highest = sweep?.quantity("highest", Frequency.self)
        let lowest = sweep?.quantity("lowest", Frequency.self)
        let points = sweep?.integer("points")
        let amplitude = sweep?.quantity("amplitude", Voltage.self)
        let smallest = sweep?.quantity("smallest-range", Current.self)
        let largest = sweep?.quantity("largest-range", Current.self)
        sweep?.finish()
        section.finish()
        guard let repeats, let tolerance, let highest, let lowest, let points, let amplitude, let smallest, let largest
        else { return nil }
        guard smallest < largest, lowest < highest, points >= 8, (1...20).contains(repeats) else {
            section.report(
                "the sweep needs lowest < highest, at least 8 points and smallest-range < largest-range; repeats 1 to 20")
            return nil
        }
        self.init(
            repeats: repeats, temperatureTolerance: tolerance,
            sweep: ImpedanceSweep(
                highest: highest, lowest: lowest, pointCount: points, amplitude: amplitude,
                currentRange: smallest...largest))
    }
}

extension ElectrolyteSettings {
    init?(_ section: ConfigurationSection) {
        let smallest = section.quantity("smallest-volume", Volume.self)
        let largest = section.quantity("largest-volume", Volume.self)
        section.finish()
        guard let smallest, let largest else { return nil }
        guard smallest > .zero, smallest <= largest else {
            section.report("smallest-volume must be positive and at most largest-volume")
            return nil
        }
        self.init(smallestVolume: smallest, largestVolume: largest)
    }
}

extension String {
    /// Whether the text is a UUID in its usual notation, 8-4-4-4-12 hexadecimal digits.
    var isUUID: Bool {
        let groups = self.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy(\.isHexDigit)
    }
}
