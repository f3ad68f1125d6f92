import DeviceKit

extension ProfileLink {
    init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let kinds = section.texts("kinds")
        for (index, kind) in (kinds ?? []).enumerated() where Kind(rawValue: kind) == nil {
            section.document.report(
                "link.kinds: “\(kind)” is not one of tcp, tty, can, folder", key: "link.kinds.\(index)")
        }
        let serial = section.optionalSection("serial").flatMap(Serial.init)
        let timing = section.section("timing").flatMap(ProfileTiming.init)
        let recovery = section.optionalText("after-timeout").flatMap { Recovery($0, in: section) }
        let stop = section.optionalChoice("stop", of: StopTravel.self)
        let sharedBy = section.optionalTexts("shared-by") ?? []
        for (index, name) in sharedBy.enumerated() where !names.parameters.contains(where: { $0.name == name }) {
            section.document.report(
                "link.shared-by: there is no parameter “\(name)”", key: "link.shared-by.\(index)")
        }
        let text = ProfileTextProtocol(section, names)
        let modbus = section.optionalSection("modbus").flatMap { ProfileModbus($0, names) }
        section.finish()
        guard let kinds, let timing else { return nil }
        self.init(
            kinds: kinds.compactMap(Kind.init), serial: serial, timing: timing, recovery: recovery,
            stop: stop ?? .next, sharedBy: sharedBy, text: text, modbus: modbus)
        if self.kinds.contains(.tty), serial == nil {
            section.report("link.serial: a model on a serial line needs its settings, { baud: 9600 }")
        }
    }
}

extension ProfileLink.Serial {
    fileprivate init?(_ section: ConfigurationSection) {
        let baud = section.integer("baud", .within(300...12_000_000, "300 to 12000000"))
        let bits = section.optionalInteger("bits", .within(7...8, "7 or 8"))
        let parity = section.optionalChoice("parity", of: ProfileLink.Parity.self)
        let stop = section.optionalInteger("stop", .within(1...2, "1 or 2"))
        let flow = section.optionalChoice("flow", of: ProfileLink.FlowControl.self)
        section.finish()
        guard let baud else { return nil }
        self.init(baud: baud, bits: bits ?? 8, parity: parity ?? .none, stop: stop ?? 1, flow: flow ?? .none)
    }
}

extension ProfileTiming {
    fileprivate init?(_ section: ConfigurationSection) {
        let open = section.duration("open", .aboveZero)
        let write = section.optionalDuration("write", .aboveZero) ?? .seconds(1)
        let firstByte = section.optionalDuration("first-byte", .aboveZero) ?? .seconds(1)
        let betweenBytes = section.optionalDuration("between-bytes", .aboveZero) ?? .milliseconds(250)
        let total = section.duration("total", .aboveZero)
        let pause = section.optionalDuration("pause", .zeroOrMore) ?? .zero
        let margin = section.optionalDuration("margin", .zeroOrMore) ?? .zero
        section.finish()
        guard let open, let total else { return nil }
        for (key, part) in [("first-byte", firstByte), ("between-bytes", betweenBytes)] where part > total {
            section.report("\(section.name(key)): “\(part)” must be at most `total`, \(total)", key: key)
        }
        self.init(
            open: open, write: write, firstByte: firstByte, betweenBytes: betweenBytes, total: total, pause: pause,
            margin: margin)
    }
}

extension ProfileLink.Recovery {
    /// `reopen`, or `drain 200 ms`.
    fileprivate init?(_ text: String, in section: ConfigurationSection) {
        if text == "reopen" {
            self = .reopen
            return
        }
        guard text.hasPrefix("drain "),
            let quiet = section.reporting(
                "after-timeout", { () throws(QuantityParseError) in try Duration(parsing: String(text.dropFirst(6))) })
        else {
            section.report("link.after-timeout: “\(text)” is neither `reopen` nor `drain 200 ms`", key: "after-timeout")
            return nil
        }
        self = .drain(quiet)
    }
}
