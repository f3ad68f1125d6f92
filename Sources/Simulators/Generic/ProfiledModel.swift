public import DeviceKit
public import DeviceProfiles

/// What a device does according to its profile: its states, moved by actions and by time. It knows no wire.
public struct ProfiledModel: Sendable {
    public let profile: DeviceProfile
    /// Values of the profile's parameters.
    public let parameters: [String: StateValue]
    public private(set) var values: [String: StateValue]

    public init(_ profile: DeviceProfile, parameters: [String: StateValue] = [:]) {
        self.profile = profile
        self.parameters = profile.parameters.reduce(into: parameters) { values, parameter in
            if values[parameter.name] == nil { values[parameter.name] = parameter.standard }
        }
        self.values = profile.states.reduce(into: [:]) { values, state in
            values[state.name] = profile.simulator.start[state.name] ?? state.kind.resting
        }
    }

    public mutating func set(_ state: String, _ value: StateValue) { self.values[state] = value }

    /// What the states are after an action, its arguments in their own units.
    ///
    /// - Returns: false for arguments outside the limits; nothing is then changed.
    public mutating func perform(_ action: ProfileAction, _ arguments: [String: StateValue]) -> Bool {
        guard action.arguments.allSatisfy({ self.allows(arguments[$0.name], for: $0) }) else { return false }
        for (state, assignment) in action.sets {
            switch assignment {
            case .value(let value): self.values[state] = value
            case .argument(let name): self.values[state] = self.fitting(arguments[name], state)
            }
        }
        return true
    }

    /// Lets lab time pass: what goes somewhere by itself goes on.
    public mutating func advance(by elapsed: Duration) {
        for motion in self.profile.simulator.motions {
            guard let now = self.values[motion.state]?.quantity else { continue }
            let isDriven = motion.condition.map { $0.holds(self.values) == true } ?? true
            guard let goal = isDriven ? self.goal(motion.goal) : motion.otherwise else { continue }
            let step = motion.perMinute * elapsed.seconds / 60
            let next = goal > now.value ? min(goal, now.value + step) : max(goal, now.value - step)
            self.values[motion.state] = .number(AnyQuantity(next, now.unit))
        }
    }

    private func goal(_ goal: ProfileSimulator.Motion.Goal) -> Double? {
        switch goal {
        case .number(let number): number
        case .state(let name): self.values[name]?.quantity?.value
        }
    }

    private func allows(_ value: StateValue?, for argument: ProfileAction.Argument) -> Bool {
        guard let number = value?.quantity?.value else { return value != nil }
        return (self.number(argument.from) ?? -.infinity) <= number && number <= (self.number(argument.to) ?? .infinity)
    }

    private func number(_ bound: ProfileBound?) -> Double? {
        switch bound {
        case .number(let number): number
        case .parameter(let name): self.parameters[name]?.quantity?.value
        case nil: nil
        }
    }

    private func fitting(_ value: StateValue?, _ state: String) -> StateValue? {
        guard let quantity = value?.quantity, case .number(let unit)? = self.profile.state(state)?.kind else {
            return value
        }
        return quantity.in(unit).map { .number(AnyQuantity($0, unit)) }
    }
}

extension ValueKind {
    /// The value of something that nobody has set.
    fileprivate var resting: StateValue {
        switch self {
        case .number(let unit): .number(AnyQuantity(0, unit))
        case .options(let words): .option(words.first ?? "")
        case .text: .text("-")
        }
    }
}
