extension ProfileVerification {
    init?(_ section: ConfigurationSection) {
        let date = section.pastDate("on")
        let lab = section.text("by")
        let firmware = section.text("firmware")
        section.finish()
        guard let date, let lab, let firmware else { return nil }
        self.init(date: date, lab: lab, firmware: firmware)
    }
}
