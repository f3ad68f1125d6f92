extension ProfileMatch {
    /// `{ subsystem: tty, "@ID_VENDOR_ID": "0403" }`: any property or attribute may be named.
    init?(_ section: ConfigurationSection) {
        let subsystem = section.optionalText("subsystem")
        let requirements = section.otherTexts(than: ["subsystem"]).map { key, value in
            Requirement(
                key: key.hasPrefix("@") ? String(key.dropFirst()) : key, mayBeInherited: key.hasPrefix("@"),
                value: value)
        }
        section.finish()
        if requirements.isEmpty {
            section.report(
                "\(section.path): needs a property to recognise the device by, `\"@ID_VENDOR_ID\": \"0403\"`")
        }
        self.init(subsystem: subsystem, requirements: requirements)
    }
}
