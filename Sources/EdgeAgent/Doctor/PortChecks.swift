import Discovery
import Glibc
import Links

/// Whether the serial devices of a lab are there, are free, and may be opened.
struct PortChecks {
    private static let rules = "60-edge-agent.rules"
    /// An FTDI adapter gathers bytes for so many milliseconds unless it is told otherwise.
    private static let longLatency = 2

    let lab: LabDescription?

    func findings() async -> [DoctorFinding] {
        let devices: [FoundDevice]
        do {
            devices = try await DeviceFinder().devices()
        } catch {
            return [.bad("serial devices", "\(error)", mend: "install libudev1, and run udev", .unavailable)]
        }
        var findings = [self.plugged(devices)]
        findings += (self.lab?.configuration.devices ?? []).flatMap { self.link(of: $0, among: devices) }
        if devices.contains(where: { access($0.node, R_OK | W_OK) != 0 }) { findings.append(Self.group()) }
        findings.append(Self.rulesFile())
        findings += devices.compactMap(Self.latency)
        return findings
    }

    private func plugged(_ devices: [FoundDevice]) -> DoctorFinding {
        let names = devices.map { "\($0.node) (\($0.title))" }.joined(separator: ", ")
        return .good("serial devices", devices.isEmpty ? "none is plugged in" : names)
    }

    private func link(of entry: LabConfiguration.DeviceEntry, among devices: [FoundDevice]) -> [DoctorFinding] {
        if let interface = entry.link.canInterface { return [Self.interface(interface, of: entry.name)] }
        guard entry.link.isSerial else { return [] }
        let node: String
        if let rule = entry.link.rule {
            let matching = devices.filter(rule.matches)
            guard let device = matching.first else {
                return [
                    .bad(
                        entry.name, "\(rule) is not plugged in",
                        mend: "check cable and power; `edge-agent devices --suggest` shows what is there", .unavailable)
                ]
            }
            guard matching.count == 1 else {
                let nodes = matching.map(\.node).joined(separator: ", ")
                return [
                    .bad(
                        entry.name, "\(rule) fits \(matching.count) devices: \(nodes)",
                        mend: "add `interface`, `path` or `port` to its link", .misconfigured)
                ]
            }
            node = device.node
        } else {
            node = String("\(entry.link)".dropFirst("tty://".count))
        }
        return [Self.opening(node, of: entry.name)]
    }

    /// Whether a CAN interface is there and up.
    private static func interface(_ interface: String, of name: String) -> DoctorFinding {
        guard let state = SocketCANLink(interface: interface).isUp else {
            return .bad(
                name, "there is no CAN interface \(interface)", mend: "plug the adapter in and load its driver",
                .unavailable)
        }
        guard state else {
            return .bad(
                name, "\(interface) is down", mend: "ip link set \(interface) up type can bitrate 1000000", .unavailable
            )
        }
        return .good(name, "\(interface) is there and up")
    }

    private static func opening(_ node: String, of name: String) -> DoctorFinding {
        guard access(node, R_OK | W_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            return .bad(
                name, "\(node): \(reason)",
                mend: errno == ENOENT ? "check cable and power" : "put the agent's user into the group dialout",
                errno == ENOENT ? .unavailable : .misconfigured)
        }
        if let holder = TerminalHolder(of: node) {
            return .warning(
                name, "\(node) is held by \(holder)", mend: "end it, unless it is the agent itself")
        }
        return .good(name, "\(node) is there and free")
    }

    private static func group() -> DoctorFinding {
        var groups = [gid_t](repeating: 0, count: 256)
        let count = getgroups(Int32(groups.count), &groups)
        let dialout = getgrnam("dialout")?.pointee.gr_gid
        let isMember = dialout.map { groups.prefix(Int(max(0, count))).contains($0) || getegid() == $0 } ?? false
        guard !isMember else {
            return .warning(
                "permissions", "a serial device is not open to the group dialout", mend: "install \(Self.rules)")
        }
        return .bad(
            "permissions", "this user is not in the group dialout",
            mend: "sudo usermod --append --groups dialout USER, then log in again", .misconfigured)
    }

    private static func rulesFile() -> DoctorFinding {
        let folders = ["/etc/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"]
        if let folder = folders.first(where: { access("\($0)/\(Self.rules)", R_OK) == 0 }) {
            return .good("udev rules", "\(folder)/\(Self.rules)")
        }
        return .warning(
            "udev rules", "\(Self.rules) is not installed: FTDI adapters answer up to 16 ms late",
            mend: "install the package, or copy packaging/udev/\(Self.rules) to /etc/udev/rules.d and run "
                + "udevadm control --reload && udevadm trigger")
    }

    private static func latency(_ device: FoundDevice) -> DoctorFinding? {
        let timers = device.ancestors.compactMap { $0.attributes["latency_timer"].flatMap { Int($0) } }
        guard let timer = timers.first, timer >= Self.longLatency else { return nil }
        return .warning(
            "latency", "\(device.node) gathers bytes for \(timer) ms",
            mend: "install \(Self.rules), and plug it in again")
    }
}
