import DeviceKit

extension ProfileParameter {
    init?(name: String, _ section: ConfigurationSection) {
        let isInteger = section.optionalText("type") == "integer"
        let kind = section.valueKind()?.kind
        let from = section.optionalNumber("from")
        let to = section.optionalNumber("to")
        let written = section.optionalText("default")
        section.finish()
        guard let kind else { return nil }
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
        self.init(name: name, kind: kind, isInteger: isInteger, range: range, standard: nil)
        guard let written else { return }
        self.standard = section.reporting("default") { () throws(QuantityParseError) in try self.value(parsing: written)
        }
    }
}
