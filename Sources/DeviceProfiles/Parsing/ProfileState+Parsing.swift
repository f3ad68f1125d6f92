import DeviceKit
import Protocols

extension ProfileState {
    /// Its kind has been read before, together with those of the other states.
    init?(name: String, _ section: ConfigurationSection, _ names: ProfileNames) {
        let read = section.optionalSection("read")
        let with = read?.optionalText("with")
        let exchange = read.flatMap { TextExchange($0, request: names.parameterFields, reply: names.fields) }
        let register = read.flatMap { WrittenRegister($0, names) }
        read?.finish()
        let scale = ProfileScale(section, names.parameters)
        let uncertainty = section.optionalNumber("uncertainty", .zeroOrMore)
        let poll = section.optionalDuration("poll", .within(.milliseconds(10)...(.seconds(86400)), "10 ms to 1 d"))
        section.finish()
        guard let known = names.states.first(where: { $0.name == name }) else { return nil }
        if case .number = known.kind {
        } else if uncertainty != nil || !scale.factors.isEmpty || scale.offset != 0 {
            section.report("\(section.path): scale, offset and uncertainty are for numbers")
        }
        var access: Access?
        if let with {
            access = .with(with)
        } else if let exchange {
            access = .text(exchange)
        } else if let register {
            access = register.register(kind: known.kind, options: known.options, scale: scale).map(Access.register)
        } else if let read, !["send", "listen", "table", "address"].contains(where: read.has) {
            section.report(
                "\(section.path).read: needs `send` and `take`, `listen`, `table` and `address`, or `with: STATE`",
                key: "read")
        }
        self.init(
            name: name, kind: known.kind, options: known.options, access: access, scale: scale,
            uncertainty: uncertainty, poll: poll)
    }
}
