public import DeviceKit
import DeviceProfiles
import Synchronization

extension GenericDevice {
    public func perform(
        _ name: String, _ arguments: [String: StateValue], priority: LinkPriority
    ) async throws(DeviceError) {
        guard let action = self.profile.action(name) else {
            let known = self.profile.actions.map(\.name).joined(separator: ", ")
            throw self.misconfigured(
                name, "a \(self.profile.model) has no such action", known.isEmpty ? "It has none." : "It has \(known).")
        }
        let arguments = try self.checked(arguments, for: action)
        let mayHaveBegun = Flag()
        do throws(DeviceError) {
            try await self.perform(action, arguments, priority, mayHaveBegun)
        } catch {
            // Cancelling leaves the device at rest, if it was told anything.
            if error.code == .cancelled, mayHaveBegun.isSet, action.name != self.profile.safety.safeState {
                try await self.stop()
            }
            throw error
        }
    }

    /// Does what the profile calls the safe state; nothing where the device can stay as it is.
    public func stop() async throws(DeviceError) {
        guard let name = self.profile.safety.safeState, let action = self.profile.action(name) else { return }
        if self.profile.link.stop == .interrupt {
            // A line that is not open is opened below.
            do throws(DeviceError) { try self.wire.interrupt(by: action) } catch  where error.code == .absent {}
        }
        try await self.converse(self.wire.command(action, [:]), .stop, shielded: true) {
            conversation throws(DeviceError) in
            try await conversation.perform(action, [:], isLookedAt: self.isLookedAt(action))
            if action.completion == nil { try await self.lookAt(action, [:], conversation) }
        }
        if let completion = action.completion {
            try await self.wait(for: completion, of: action, [:], .stop, shielded: true)
        }
    }

    private func perform(
        _ action: ProfileAction, _ arguments: [String: StateValue], _ priority: LinkPriority, _ mayHaveBegun: Flag
    ) async throws(DeviceError) {
        try await self.converse(self.wire.command(action, arguments), priority) { conversation throws(DeviceError) in
            try await self.requireAllowed(action, arguments, conversation)
            mayHaveBegun.set()
            let isLookedAt = action.completion != nil || self.isLookedAt(action)
            try await conversation.perform(action, arguments, isLookedAt: isLookedAt)
            if action.completion == nil { try await self.lookAt(action, arguments, conversation) }
        }
        if let completion = action.completion {
            try await self.wait(for: completion, of: action, arguments, priority, shielded: false)
        }
    }

    // MARK: Before

    /// The arguments in their own units and within their limits.
    private func checked(
        _ given: [String: StateValue], for action: ProfileAction
    ) throws(DeviceError) -> [String: StateValue] {
        if let stray = given.keys.sorted().first(where: { action.argument($0) == nil }) {
            let known = action.arguments.map(\.name).joined(separator: ", ")
            throw self.misconfigured(
                action.name, "it takes no argument \(stray)", known.isEmpty ? "It takes none." : "It takes \(known).")
        }
        var arguments: [String: StateValue] = [:]
        for argument in action.arguments {
            guard let value = given[argument.name], let fitting = argument.kind.fitting(value) else {
                throw self.misconfigured(
                    action.name, "\(argument.name) is missing, or of another kind",
                    "Give it as \(argument.kind.words).")
            }
            if case .number(let unit) = argument.kind {
                guard let range = self.range(of: argument), let number = fitting.quantity?.value, range.contains(number)
                else {
                    let limits = self.range(of: argument).map {
                        "\(AnyQuantity($0.lowerBound, unit)) to \(AnyQuantity($0.upperBound, unit))"
                    }
                    throw self.error(
                        .unsafe, action.name, "\(argument.name) \(value) is outside \(limits ?? "every limit")",
                        "Nothing was sent; choose a value within the limits.")
                }
            }
            arguments[argument.name] = fitting
        }
        return arguments
    }

    /// Guards are asked on the line on which the command leaves, so that nothing comes between.
    private func requireAllowed(
        _ action: ProfileAction, _ arguments: [String: StateValue], _ conversation: any ProfiledConversation
    ) async throws(DeviceError) {
        for one in self.profile.safety.guards where one.action == action.name {
            let values = try await conversation.read(self.readable(one.condition.states.sorted()))
            guard one.condition.holds(values) == false else {
                let found = values.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }
                throw self.error(
                    .unsafe, self.wire.command(action, arguments), found.joined(separator: ", "), one.say)
            }
        }
    }

    // MARK: After

    /// Whether something that the action sets can be read back.
    private func isLookedAt(_ action: ProfileAction) -> Bool {
        action.isVerified && action.sets.keys.contains { self.profile.state($0)?.access != nil }
    }

    private func lookAt(
        _ action: ProfileAction, _ arguments: [String: StateValue], _ conversation: any ProfiledConversation
    ) async throws(DeviceError) {
        guard self.isLookedAt(action) else { return }
        let expected = action.sets.filter { self.profile.state($0.key)?.access != nil }
        let values = try await self.readBack(expected.keys.sorted(), conversation)
        for (state, assignment) in expected.sorted(by: { $0.key < $1.key }) {
            let wanted: StateValue?
            switch assignment {
            case .value(let value): wanted = value
            case .argument(let name):
                guard let argument = action.argument(name), let value = arguments[name] else { continue }
                wanted = self.wire.rounded(value, for: argument, of: action)
            }
            guard let wanted, let found = values[state], found.equals(wanted, within: action.tolerance) else {
                throw self.error(
                    .mismatch, self.wire.command(action, arguments),
                    "\(state) reads back \(values[state].map { "\($0)" } ?? "nothing"), not \(wanted.map { "\($0)" } ?? "")",
                    "Look at the device before it is told anything else.")
            }
        }
    }

    /// What cannot be read back after a command leaves open what the command did.
    private func readBack(
        _ states: [String], _ conversation: any ProfiledConversation
    ) async throws(DeviceError) -> [String: StateValue] {
        do throws(DeviceError) {
            return try await conversation.read(self.readable(states))
        } catch  where [.timedOut, .garbled, .refused, .absent].contains(error.code) {
            throw self.error(
                .unknownOutcome, error.command, error.detail, "Look at the device: it may have done it or not.")
        }
    }

    private func wait(
        for completion: ProfileAction.Completion, of action: ProfileAction, _ arguments: [String: StateValue],
        _ priority: LinkPriority, shielded: Bool
    ) async throws(DeviceError) {
        let command = self.wire.command(action, arguments)
        let states = try self.readable(completion.condition.states.sorted())
        let margin = self.profile.link.timing.margin
        let deadline = ContinuousClock.now + self.clock.wall(completion.limit) + margin
        while true {
            let values = try await self.converse(command, priority, shielded: shielded) {
                conversation throws(DeviceError) in try await conversation.read(states)
            }
            if completion.condition.holds(values) == true { break }
            guard ContinuousClock.now < deadline else {
                let found = values.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }
                throw self.error(
                    .unknownOutcome, command,
                    "not done within \(completion.limit): \(found.joined(separator: ", "))",
                    "Look at the device; stop it if it still moves.")
            }
            try await self.rest(completion.interval, command, shielded: shielded)
        }
        try await self.converse(command, priority, shielded: shielded) { conversation throws(DeviceError) in
            try await self.lookAt(action, arguments, conversation)
        }
    }

    private func rest(_ interval: Duration, _ command: String, shielded: Bool) async throws(DeviceError) {
        let wall = self.clock.wall(interval)
        if shielded {
            await Task { try? await ContinuousClock().sleep(for: wall) }.value
            return
        }
        do {
            try await ContinuousClock().sleep(for: wall)
        } catch {
            throw self.error(.cancelled, command, "stopped before it was done", "The device was brought to rest.")
        }
    }
}

/// Whether something has happened by the time it is asked.
private final class Flag: Sendable {
    private let state = Atomic(false)
    var isSet: Bool { self.state.load(ordering: .relaxed) }
    func set() { self.state.store(true, ordering: .relaxed) }
}
