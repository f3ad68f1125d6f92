import DeviceKit
import Protocols

extension ProfileAction {
    init?(name: String, _ section: ConfigurationSection, _ names: ProfileNames) {
        let isRepeatable = section.choice("repeat", of: Repetition.self)
        let arguments = section.entries("arguments").compactMap {
            Argument(name: $0.name, $0.section, names.parameters)
        }
        let argumentFields = Dictionary(
            arguments.map { ($0.name, WireField($0.kind, options: $0.options)) },
            uniquingKeysWith: { first, _ in first })
        let exchange = TextExchange(
            section, request: names.parameterFields.merging(argumentFields) { _, own in own },
            reply: names.fields.merging(argumentFields) { _, own in own })
        let writes = section.list("write").compactMap { ProfileRegisterWrite($0, arguments, names) }
        let sets = section.words("sets")
        let verify = section.optionalBool("verify")
        let tolerance = section.optionalNumber("tolerance", .zeroOrMore)
        let completion = section.optionalSection("done").flatMap { Completion($0, names) }
        section.finish()
        let assignments = sets.compactMap { state, text in
            Assignment(text, state: state, arguments, names, in: section).map { (state, $0) }
        }
        if section.has("send"), section.has("write") {
            section.report("\(section.path): has either `send` or `write`", key: "write")
        }
        let access = exchange.map(Access.text) ?? (writes.isEmpty ? nil : .registers(writes))
        guard let isRepeatable, let access else {
            if !section.has("send"), !section.has("write") {
                section.report("\(section.path): needs `send`, or `write` with registers")
            }
            return nil
        }
        self.init(
            name: name, access: access, arguments: arguments, isRepeatable: isRepeatable == .safe,
            sets: Dictionary(assignments) { first, _ in first }, isVerified: verify ?? true,
            tolerance: tolerance ?? 0, completion: completion)
    }

    private enum Repetition: String, CaseIterable { case safe, never }
}

extension ProfileAction.Argument {
    fileprivate init?(name: String, _ section: ConfigurationSection, _ parameters: [ProfileParameter]) {
        let kind = section.valueKind()
        let from = section.optionalBound("from", parameters)
        let to = section.optionalBound("to", parameters)
        let scale = ProfileScale(section, parameters)
        section.finish()
        guard let kind else { return nil }
        if case .number = kind.kind, from == nil || to == nil {
            section.report("\(section.path): a number needs its limits, `from` and `to`")
        }
        self.init(name: name, kind: kind.kind, options: kind.options, from: from, to: to, scale: scale)
    }
}

extension ProfileAction.Assignment {
    /// `{argument}`, or a value of the state.
    fileprivate init?(
        _ text: String, state: String, _ arguments: [ProfileAction.Argument], _ names: ProfileNames,
        in section: ConfigurationSection
    ) {
        guard let kind = names.kinds[state] else {
            section.report("\(section.name("sets")): there is no state “\(state)”", key: "sets")
            return nil
        }
        guard text.hasPrefix("{"), text.hasSuffix("}") else {
            guard
                let value = section.reporting(
                    "sets", { () throws(QuantityParseError) in try kind.value(parsing: text) })
            else { return nil }
            self = .value(value)
            return
        }
        let name = String(text.dropFirst().dropLast())
        guard let argument = arguments.first(where: { $0.name == name }), argument.kind.isComparable(to: kind) else {
            section.report(
                "\(section.name("sets")).\(state): there is no argument “\(name)” of this kind", key: "sets")
            return nil
        }
        self = .argument(name)
    }
}

extension ProfileAction.Completion {
    fileprivate init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let text = section.text("when")
        let limit = section.duration("within", .aboveZero)
        let interval = section.optionalDuration("every", .aboveZero)
        section.finish()
        guard let text, let limit,
            let condition = section.reporting(
                "when", { () throws(QuantityParseError) in try StateCondition(parsing: text, kinds: names.kinds) })
        else { return nil }
        self.init(condition: condition, limit: limit, interval: interval ?? .milliseconds(200))
    }
}

extension ValueKind {
    fileprivate func isComparable(to other: ValueKind) -> Bool {
        switch (self, other) {
        case (.number(let a), .number(let b)): a.isComparable(to: b)
        case (.options(let a), .options(let b)): Set(a).isSubset(of: b)
        case (.text, .text): true
        default: false
        }
    }
}
