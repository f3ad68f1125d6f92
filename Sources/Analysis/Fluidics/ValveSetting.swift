/// Which port a rotary valve joins with its common port. Ports count from 1, as on the valve.
public struct ValveSetting: Sendable, Hashable, Codable {
    public var valve: String
    public var port: Int

    public init(valve: String, port: Int) {
        self.valve = valve
        self.port = port
    }
}

/// The relay of a solenoid gas valve: released (the safe state, vented to the atmosphere) or energised (gas flows).
public struct GasValveSetting: Sendable, Hashable, Codable {
    public var valve: String
    public var isEnergised: Bool

    public init(valve: String, isEnergised: Bool) {
        self.valve = valve
        self.isEnergised = isEnergised
    }
}

extension ValveSetting: CustomStringConvertible {
    public var description: String { "\(self.valve) at port \(self.port)" }
}

extension GasValveSetting: CustomStringConvertible {
    public var description: String { "\(self.valve) \(self.isEnergised ? "energised" : "released")" }
}
