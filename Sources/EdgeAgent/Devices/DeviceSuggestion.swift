import DeviceProfiles
import Discovery

/// A line for the lab's description, for a device that is plugged in.
public struct DeviceSuggestion: Sendable, Hashable, Codable {
    public var node: String
    /// Maker and product as the adapter says them.
    public var title: String
    /// `vendor/model` of the profiles that recognise it; none for an adapter that says nothing of what hangs on it.
    public var profiles: [String]
    /// Devices of the lab whose link fits it already.
    public var usedBy: [String]
    /// To be pasted under `devices`.
    public var line: String
    /// Why the link is weaker than one would like; nil for a serial number that nobody else has.
    public var remark: String?

    init(_ device: FoundDevice, among all: [FoundDevice], profiles: [String: DeviceProfile], usedBy: [String]) {
        self.node = device.node
        self.title = device.title
        self.profiles = profiles.filter { $0.value.matches.contains { $0.fits(device) } }.keys.sorted()
        self.usedBy = usedBy
        let stable = Self.stableRule(for: device, among: all)
        self.remark = stable == nil ? "a port of the machine itself, not of an adapter" : stable?.remark
        let link =
            stable.map { "{ usb: { \(Self.yaml($0.rule)) } }" } ?? "\"tty://\(device.links.first ?? device.node)\""
        self.line = "NAME: { profile: \(self.profiles.first ?? "VENDOR/MODEL"), link: \(link) }"
    }

    /// The serial number if it is the adapter's own, otherwise the socket; nil for a port that is in no socket.
    private static func stableRule(
        for device: FoundDevice, among all: [FoundDevice]
    ) -> (rule: MatchRule, remark: String?)? {
        if let serial = device.serial, !self.isPlaceholder(serial) {
            let alike = all.filter { $0.serial == serial }
            if alike.count == 1 { return (MatchRule(serial: serial), nil) }
            let rule = MatchRule(serial: serial, interface: device.interface, portNumber: device.portNumber)
            if all.count(where: rule.matches) == 1 { return (rule, nil) }
        }
        let remark = "its serial number is not its own: this is whatever hangs in this socket"
        if let path = device.path { return (MatchRule(path: path), remark) }
        if let port = device.port { return (MatchRule(interface: device.interface, port: port), remark) }
        return nil
    }

    /// Numbers that makers leave in adapters they do not number.
    private static func isPlaceholder(_ serial: String) -> Bool {
        ["0001", "0123456789ABCDEF", "123456", "1234567890"].contains(serial) || serial.allSatisfy { $0 == "0" }
    }

    private static func yaml(_ rule: MatchRule) -> String {
        let parts: [String?] = [
            rule.serial.map { "serial: \"\($0)\"" }, rule.path.map { "path: \"\($0)\"" },
            rule.port.map { "port: \"\($0)\"" }, rule.interface.map { "interface: \($0)" },
            rule.portNumber.map { "port-number: \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension DeviceSuggestion {
    /// One for each serial device that is plugged in; by node.
    ///
    /// - Parameters:
    ///   - profiles: folder of the device profiles.
    ///   - lab: whose devices are known already.
    /// - Throws: why devices cannot be looked for.
    public static func all(profiles: String, lab: LabConfiguration? = nil) async throws -> [DeviceSuggestion] {
        let devices: [FoundDevice]
        do throws(DiscoveryError) {
            devices = try await DeviceFinder().devices().sorted { $0.node < $1.node }
        } catch {
            throw AgentError(.unavailable, "\(error)")
        }
        let known = ProfileFolder(path: profiles).profiles
        return devices.map { device in
            let users = (lab?.devices ?? []).filter { entry in
                entry.link.rule?.matches(device) == true || "\(entry.link)" == "tty://\(device.node)"
            }
            return DeviceSuggestion(device, among: devices, profiles: known, usedBy: users.map(\.name))
        }
    }
}

extension ProfileMatch {
    /// Whether a device has everything that is required.
    func fits(_ device: FoundDevice) -> Bool {
        guard self.subsystem == nil || self.subsystem == "tty" else { return false }
        return self.requirements.allSatisfy { requirement in
            device.properties[requirement.key] == requirement.value
                || requirement.mayBeInherited
                    && device.ancestors.contains { $0.attributes[requirement.key] == requirement.value }
        }
    }
}
