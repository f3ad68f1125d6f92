public import Protocols

extension DeviceProfile {
    /// Reads a profile. Nil when it cannot be used; the document then holds the reasons.
    public init?(parsing text: String, in document: ConfigurationDocument) {
        guard let root = document.root(text) else { return nil }
        self.init(root)
    }

    /// The JSON Schema of profiles, for editors.
    public static var schema: JSONValue {
        ConfigurationDocument.schema(title: "Device profile of edge-agent") { _ = DeviceProfile($0) }
    }

    private init?(_ root: ConfigurationSection) {
        if let version = root.integer("profile"), version != 1 {
            root.report("profile: version \(version) is not the one that this program reads, 1", key: "profile")
        }
        let vendor = root.text("vendor")
        let model = root.text("model")
        let family = root.choice("family", of: ProfileFamily.self)
        let driver = root.text("driver")
        let verification = root.optionalSection("verified").flatMap(ProfileVerification.init)
        let rules = root.list("match").compactMap { ProfileMatch($0) }
        var names = ProfileNames()
        names.parameters = root.entries("parameters").compactMap { ProfileParameter(name: $0.name, $0.section) }
        let stateSections = root.entries("state")
        names.states = stateSections.compactMap { name, section in
            section.valueKind().map { (name, $0.kind, $0.options) }
        }
        let states = stateSections.compactMap { ProfileState(name: $0.name, $0.section, names) }
        let actions = root.entries("actions").compactMap { ProfileAction(name: $0.name, $0.section, names) }
        let link = root.section("link").flatMap { ProfileLink($0, names) }
        let identity = ProfileIdentity(root, names)
        let limits = root.optionalSection("limits").map { ProfileLimits($0) }
        let safety = root.optionalSection("safety").map { ProfileSafety($0, names) }
        let simulator = root.optionalSection("simulator").map { ProfileSimulator($0, names) }
        root.finish()
        guard let vendor, let model, let family, let driver, let link, let identity else { return nil }
        self.init(
            vendor: vendor, model: model, family: family, driver: driver, verification: verification,
            matches: rules, link: link, identity: identity, limits: limits ?? ProfileLimits(),
            parameters: names.parameters, states: states, actions: actions,
            safety: safety ?? ProfileSafety(safeState: nil, guards: []),
            simulator: simulator ?? ProfileSimulator(kind: nil, start: [:], motions: []))
        self.check(hasSafety: safety != nil, in: root)
    }
}
