import DeviceKit

extension ProfileSafety {
    /// `safe-state: none` says that the device can stay as it is.
    init(_ section: ConfigurationSection, _ names: ProfileNames) {
        let safeState = section.text("safe-state")
        let guards = section.list("never").compactMap { Guard($0, names) }
        section.finish()
        self.init(safeState: safeState == "none" ? nil : safeState, guards: guards)
    }
}

extension ProfileSafety.Guard {
    fileprivate init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let action = section.text("action")
        let text = section.text("while")
        let say = section.text("say")
        section.finish()
        guard let action, let text, let say,
            let condition = section.reporting(
                "while", { () throws(QuantityParseError) in try StateCondition(parsing: text, kinds: names.kinds) })
        else { return nil }
        self.init(action: action, condition: condition, say: say)
    }
}
