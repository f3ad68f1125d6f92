import DeviceProfiles
import Discovery

extension DeviceLink {
    /// Reads `link`: an address, or `{ usb: { serial: A10K1XYZ, interface: 0 } }`.
    init?(_ entry: ConfigurationSection) {
        guard entry.isSection("link") else {
            guard let text = entry.text("link") else { return nil }
            self = .endpoint(text)
            return
        }
        guard let link = entry.section("link") else { return nil }
        let rule = link.section("usb").flatMap(MatchRule.init)
        link.finish()
        guard let rule else { return nil }
        self = .usb(rule)
    }
}

extension MatchRule {
    fileprivate init?(_ section: ConfigurationSection) {
        self.init(
            serial: section.optionalText("serial"),
            interface: section.optionalInteger("interface", .within(0...255, "0 to 255")),
            path: section.optionalText("path"),
            port: section.optionalText("port"),
            portNumber: section.optionalInteger("port-number", .within(0...255, "0 to 255")),
            properties: Self.texts(section.optionalSection("properties")),
            attributes: Self.texts(section.optionalSection("attributes")))
        section.finish()
        guard
            self.serial != nil || self.path != nil || self.port != nil || !self.properties.isEmpty
                || !self.attributes.isEmpty
        else {
            section.report(
                "\(section.path): says too little; name the adapter by `serial`, or the socket by `path` or `port`; "
                    + "`edge-agent devices --suggest` writes it")
            return nil
        }
    }

    private static func texts(_ section: ConfigurationSection?) -> [String: String] {
        guard let section else { return [:] }
        var texts: [String: String] = [:]
        for key in section.keys { texts[key] = section.text(key) }
        return texts
    }
}
