import DeviceKit

extension ProfileSimulator {
    init(_ section: ConfigurationSection, _ names: ProfileNames) {
        let kind = section.optionalText("kind")
        let start = section.words("start").compactMap { state, text -> (String, StateValue)? in
            guard let kind = names.kinds[state] else {
                section.report("\(section.name("start")): there is no state “\(state)”", key: "start")
                return nil
            }
            return section.reporting("start") { () throws(QuantityParseError) in try kind.value(parsing: text) }
                .map { (state, $0) }
        }
        let motions = section.entries("moves").compactMap { Motion(state: $0.name, $0.section, names) }
        section.finish()
        self.init(kind: kind, start: Dictionary(start) { first, _ in first }, motions: motions)
    }
}

extension ProfileSimulator.Motion {
    fileprivate init?(state: String, _ section: ConfigurationSection, _ names: ProfileNames) {
        let towards = section.text("to")
        let condition = section.optionalText("while").flatMap { text in
            section.reporting("while") { () throws(QuantityParseError) in
                try StateCondition(parsing: text, kinds: names.kinds)
            }
        }
        let perMinute = section.required("per-minute") { section.optionalNumber("per-minute", .aboveZero) }
        let otherwise = section.optionalNumber("otherwise")
        section.finish()
        guard let towards, let perMinute else { return nil }
        guard case .number(let unit)? = names.kinds[state] else {
            section.report("\(section.path): there is no state “\(state)” that is a number")
            return nil
        }
        let goal: Goal
        if let number = Double(towards), number.isFinite {
            goal = .number(number)
        } else if case .number(unit)? = names.kinds[towards] {
            goal = .state(towards)
        } else {
            section.report("\(section.name("to")): “\(towards)” is no number and no state in \(unit.symbol)", key: "to")
            return nil
        }
        self.init(state: state, goal: goal, condition: condition, perMinute: perMinute, otherwise: otherwise)
    }
}
