import DeviceKit

extension ProfileParameter {
    init?(name: String, _ section: ConfigurationSection) {
        let written = section.valueKind()
        let from = section.optionalNumber("from")
        let to = section.optionalNumber("to")
        let standard = section.optionalText("default")
        section.finish()
        guard let written else { return nil }
        var range: ClosedRange<Double>?
        if let from, let to {
            guard from <= to else {
                section.report("\(section.name("from")): must be at most `to`, \(to)", key: "from")
                return nil
            }
            range = from...to
        } else if from != nil || to != nil {
            section.report("\(section.path): a range needs both `from` and `to`")
        }
        self.init(name: name, kind: written.kind, isInteger: written.isInteger, range: range, standard: nil)
        guard let standard else { return }
        self.standard = section.reporting("default") { () throws(QuantityParseError) in
            try self.value(parsing: standard)
        }
    }
}
