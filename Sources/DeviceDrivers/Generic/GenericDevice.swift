public import DeviceKit
public import DeviceProfiles

/// A device of which its profile says everything: how it is asked, what it may be told, and how it is brought to rest.
public struct GenericDevice: ProfiledDevice {
    public let name: String
    let profile: DeviceProfile
    /// Values of the profile's parameters, each in its own unit.
    let parameters: [String: StateValue]
    let wire: any ProfiledWire
    let clock: LabClock

    /// - Throws: `.misconfigured` where a parameter is missing or unknown.
    public init(
        name: String, profile: DeviceProfile, parameters: [String: StateValue], wire: any ProfiledWire,
        clock: LabClock = LabClock()
    ) throws(DeviceError) {
        self.name = name
        self.profile = profile
        self.parameters = parameters
        self.wire = wire
        self.clock = clock
        for parameter in profile.parameters where parameters[parameter.name].map(parameter.allows) != true {
            throw self.misconfigured(
                "connect", "\(parameter.name) is missing, or not what a \(profile.model) can have",
                "Give `\(parameter.name)` in the device's entry of the lab's description.")
        }
    }

    public var states: [StateDescription] {
        self.profile.states.filter { $0.access != nil }.map {
            StateDescription(name: $0.name, kind: $0.kind, uncertainty: $0.uncertainty, poll: $0.poll)
        }
    }

    public var actions: [ActionDescription] {
        self.profile.actions.map { action in
            ActionDescription(
                name: action.name,
                arguments: action.arguments.map { argument in
                    .init(name: argument.name, kind: argument.kind, range: self.range(of: argument))
                },
                isRepeatable: action.isRepeatable)
        }
    }

    /// Reads anything, where the device cannot say who it is, so that it is known to answer.
    ///
    /// - Throws: `.mismatch` if another device answers.
    public func identify() async throws(DeviceError) -> DeviceIdentity {
        var identity = DeviceIdentity(vendor: self.profile.vendor, model: self.profile.model)
        switch self.profile.identity {
        case .driver, .none:
            if let state = self.profile.states.first(where: { $0.access != nil }) {
                _ = try await self.read([state.name])
            }
        case .exchange(let exchange):
            let told = try await self.converse("identify") { conversation throws(DeviceError) in
                try await conversation.identify(exchange)
            }
            identity.model = told["model"] ?? identity.model
            identity.serialNumber = told["serial"]
            identity.firmware = told["firmware"]
        case .condition(let condition):
            let values = try await self.read(condition.states.sorted())
            guard condition.holds(values) == true else {
                let found = values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                throw self.error(
                    .mismatch, "identify", "this is no \(self.profile.model): \(found), expected \(condition.text)",
                    "Check what hangs on this line, and the device's `profile`.")
            }
        }
        return identity
    }

    public func read(
        _ names: [String], priority: LinkPriority
    ) async throws(DeviceError) -> [String: StateValue] {
        let states = try self.readable(names)
        return try await self.converse("read \(names.joined(separator: ", "))", priority) {
            conversation throws(DeviceError) in try await conversation.read(states)
        }
    }

    /// The parameters' limits of an argument, in its unit; nil for what is no number.
    func range(of argument: ProfileAction.Argument) -> ClosedRange<Double>? {
        guard let from = self.number(argument.from, argument), let to = self.number(argument.to, argument), from <= to
        else { return nil }
        return from...to
    }

    func readable(_ names: some Collection<String>) throws(DeviceError) -> [ProfileState] {
        var states: [ProfileState] = []
        for name in names {
            guard let state = self.profile.state(name), state.access != nil else {
                let known = self.states.map(\.name).joined(separator: ", ")
                throw self.misconfigured(
                    "read \(name)", "a \(self.profile.model) has no such state", "It has \(known).")
            }
            states.append(state)
        }
        return states
    }

    /// A conversation whose errors bear this device's name, also where it shares its line.
    func converse<Value: Sendable>(
        _ command: String, _ priority: LinkPriority = .run, shielded: Bool = false,
        _ body: (any ProfiledConversation) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        do throws(DeviceError) {
            return try await self.wire.converse(command, priority: priority, shielded: shielded, body)
        } catch {
            throw DeviceError(
                error.code, device: self.name, command: error.command, error.detail, advice: error.advice)
        }
    }

    func error(
        _ code: DeviceError.Code, _ command: String, _ detail: String, _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: command, detail, advice: advice)
    }

    func misconfigured(_ command: String, _ detail: String, _ advice: String) -> DeviceError {
        self.error(.misconfigured, command, detail, advice)
    }

    private func number(_ bound: ProfileBound?, _ argument: ProfileAction.Argument) -> Double? {
        switch bound {
        case .number(let number): number
        case .parameter(let name):
            if case .number(let unit) = argument.kind { self.parameters[name]?.quantity?.in(unit) } else { nil }
        case nil: nil
        }
    }
}
