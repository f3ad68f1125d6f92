import DeviceKit
import DeviceProfiles
import Links
import Methods

extension LabConfiguration {
    /// Entries that lack what their profile's family needs, have what it does not, or claim what is another's.
    func deviceFindings(profiles: [String: DeviceProfile], in document: ConfigurationDocument) -> [SourceDiagnostic] {
        var findings = LabFindings(document)
        var nodes: [String: String] = [:]
        for (index, device) in self.devices.enumerated() {
            let key = "devices.\(device.name)"
            if let node = device.node, let other = nodes.updateValue(device.name, forKey: node) {
                findings.report("\(key).node", "“\(node)” belongs to \(other) already; each pump has a node of its own")
            }
            guard let profile = profiles[device.profile] else { continue }
            if !Laboratory.hasDriver(profile) {
                findings.report(
                    "\(key).profile",
                    "\(device.profile) asks for the driver “\(profile.driver)” for a \(profile.family.rawValue); "
                        + "this program has \(Laboratory.drivers)")
            }
            device.checkLink(profile, &findings)
            device.checkKeys(profile.family, &findings)
            device.checkParameters(profile, &findings)
            for other in self.devices[..<index] where other.link == device.link {
                guard let clash = device.clash(with: other, profile, profiles[other.profile]) else { continue }
                findings.report("\(key).\(clash.key)", clash.message)
            }
        }
        self.checkBuses(profiles, &findings)
        guard self.handlesLiquids else { return findings.all }
        self.checkFlows(profiles, &findings)
        self.checkFamily(.relay, of: self.fluidics.gas.relay, at: "fluidics.gas.relay", profiles, &findings)
        self.checkFamily(.potentiostat, of: self.cell.potentiostat, at: "cell.potentiostat", profiles, &findings)
        if let densimeter {
            self.checkFamily(.densimeter, of: densimeter.densimeter, at: "densimeter.densimeter", profiles, &findings)
        }
        if let thermometer = self.cell.temperature.thermometer {
            let isThermostat = self.devices.contains {
                $0.name == thermometer && profiles[$0.profile]?.family == .thermostat
            }
            if !isThermostat {
                self.checkFamily(.thermometer, of: thermometer, at: "cell.temperature.from", profiles, &findings)
            }
        }
        return findings.all
    }

    /// Flows that a pump cannot do with its syringe. Those of zero and less are reported where they are read.
    private func checkFlows(_ profiles: [String: DeviceProfile], _ findings: inout LabFindings) {
        let syringes = self.syringes(profiles: profiles).sorted { $0.key < $1.key }
        for (key, flow) in [("flow", self.fluidics.flow), ("fill-flow", self.fluidics.fillFlow)] where flow > .zero {
            guard let (node, syringe) = syringes.first(where: { !$0.value.flowRange.contains(flow) }) else { continue }
            let range = syringe.flowRange
            findings.report(
                "fluidics.\(key)",
                "“\(flow)” must be what every pump can do with its syringe; "
                    + "for \(node) that is \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func checkFamily(
        _ family: ProfileFamily, of name: String, at key: String, _ profiles: [String: DeviceProfile],
        _ findings: inout LabFindings
    ) {
        guard let device = self.devices.first(where: { $0.name == name }) else {
            findings.report(key, "no device is called “\(name)”")
            return
        }
        if let profile = profiles[device.profile], profile.family != family {
            findings.report(
                key, "“\(name)” is a \(profile.family.rawValue); a device of family \(family.rawValue) is needed")
        }
    }
}

extension LabConfiguration.DeviceEntry {
    private var key: String { "devices.\(self.name)" }

    fileprivate func checkLink(_ profile: DeviceProfile, _ findings: inout LabFindings) {
        let key = "\(self.key).link"
        let kind: String
        do throws(LinkEndpoint.Invalid) {
            switch self.link {
            case .usb: kind = "tty"
            case .endpoint(let text): kind = try self.kind(of: LinkEndpoint(parsing: text), &findings)
            }
        } catch {
            findings.report(key, "\(error)")
            return
        }
        let kinds = profile.link.kinds.map(\.rawValue)
        if !kinds.contains(kind) {
            findings.report(
                key,
                "\(profile.model) is reached over \(kinds.joined(separator: " or ")), not “\(self.link)”")
        }
        if kind != "tty", self.allowsRenumbering {
            findings.report("\(self.key).allow-renumbering", "is for serial links, tty:///dev/…, alone")
        }
        guard let certificateFile else { return }
        let certificateKey = "\(self.key).certificate"
        guard profile.driver == "cetoni.sila2" else {
            findings.report(certificateKey, "is for devices behind a SiLA 2 server alone")
            return
        }
        do throws(SourceDiagnostics) {
            _ = try TextFile.read(certificateFile)
        } catch {
            let reason = error.all.first?.message ?? "cannot be read"
            findings.report(certificateKey, "“\(certificateFile)” \(reason)")
        }
    }

    /// The word by which profiles name the kind of link.
    private func kind(of endpoint: LinkEndpoint, _ findings: inout LabFindings) -> String {
        let path: String
        switch endpoint {
        case .tcp: return "tcp"
        case .can: return "can"
        case .folder: return "folder"
        case .tty(let tty): path = tty
        }
        if Self.isNumbered(path), !self.allowsRenumbering {
            findings.report(
                "\(self.key).link",
                "“\(path)” may be another device after a restart; write `usb:` with its serial number, or its name from "
                    + "/dev/serial/by-id/, as `edge-agent devices --suggest` shows them, or `allow-renumbering: true` if it "
                    + "is the only one")
        }
        return "tty"
    }

    /// Keys that the family needs, and those that would be without effect.
    fileprivate func checkKeys(_ family: ProfileFamily, _ findings: inout LabFindings) {
        let isPump = family == .syringePump
        if isPump, self.node == nil || self.innerDiameter == nil || self.stroke == nil {
            findings.report(self.key, "a syringe pump needs `node` and `syringe` with `inner-diameter` and `stroke`")
        }
        let stray: [(String, Bool)] = [
            ("node", !isPump && self.node != nil), ("syringe", !isPump && self.innerDiameter != nil),
            ("server-name", family != .syringePump && family != .rotaryValve && self.serverName != nil),
        ]
        for (name, isStray) in stray where isStray {
            findings.report("\(self.key).\(name)", "is without effect for a \(family.rawValue); take it out")
        }
    }

    /// Whether the path is that of the first, second, … serial device that was found, and not of a certain one.
    private static func isNumbered(_ path: String) -> Bool {
        ["/dev/ttyUSB", "/dev/ttyACM"].contains { prefix in
            path.hasPrefix(prefix) && path.count > prefix.count && path.dropFirst(prefix.count).allSatisfy(\.isNumber)
        }
    }
}
