/// One act on one valve.
public enum ValveSwitch: Sendable, Hashable, Codable {
    case turn(ValveSetting)
    case relay(GasValveSetting)
}

extension ValveSwitch: CustomStringConvertible {
    public var description: String {
        switch self {
        case .turn(let setting): "turn \(setting.valve) to port \(setting.port)"
        case .relay(let setting): "\(setting.isEnergised ? "energise" : "release") \(setting.valve)"
        }
    }
}

/// Why valves must not be switched as asked.
public enum ValveSwitchError: Error, Sendable, Hashable {
    case unknownValve(String)
    case unknownPort(ValveSetting)
    /// No tube leads to the port: to select it is to open a leak.
    case danglingPort(ValveSetting)
    /// A pump moves liquid through the valve, or against it.
    case pumpMoves(pump: String, valve: String)
    case unknownPump(String)
    /// Gas would be opened into tubes that lead to no vessel.
    case noWayOut(gasValve: String)
}

extension ValveSwitchError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownValve(let valve): "there is no valve \(valve) in the tubing graph"
        case .unknownPort(let setting): "valve \(setting.valve) has no port \(setting.port)"
        case .danglingPort(let setting): "no tube leads to port \(setting.port) of valve \(setting.valve)"
        case .unknownPump(let pump): "there is no pump \(pump) in the tubing graph"
        case .noWayOut(let valve): "gas from \(valve) would have no open way to a vessel"
        case .pumpMoves(let pump, let valve): "\(valve) cannot be switched while \(pump) moves on its branch"
        }
    }
}
