/// The positions of valves that one or several routes need at the same time, in the order of the flow.
public struct FluidicSettings: Sendable, Hashable, Codable {
    /// Rotary valves, source first.
    public private(set) var valves: [ValveSetting]
    public private(set) var gasValves: [GasValveSetting]

    public init() {
        self.valves = []
        self.gasValves = []
    }

    /// Throws `.conflictingValve` when one valve would have to stand in two positions.
    public init(valves: [ValveSetting], gasValves: [GasValveSetting] = []) throws(RoutingError) {
        self.init()
        for setting in valves { try self.insert(setting) }
        for setting in gasValves { try self.insert(setting) }
    }

    /// The settings of routes that are open at the same time. Throws `.conflictingValve` when they exclude each other.
    ///
    /// Routes that share a valve at its common port only, or in the same position, agree.
    public init(of routes: [FluidicRoute]) throws(RoutingError) {
        self.init()
        for route in routes {
            for setting in route.valveSettings { try self.insert(setting) }
            for setting in route.gasValveSettings { try self.insert(setting) }
        }
    }

    /// The port that `valve` is set to; nil when it is not set here.
    public func port(of valve: String) -> Int? { self.valves.first { $0.valve == valve }?.port }

    /// The state that the relay of `valve` is set to; nil when it is not set here.
    public func isEnergised(_ valve: String) -> Bool? { self.gasValves.first { $0.valve == valve }?.isEnergised }

    private mutating func insert(_ setting: ValveSetting) throws(RoutingError) {
        if let port = self.port(of: setting.valve) {
            guard port == setting.port else {
                throw .conflictingValve(setting.valve, "port \(port)", "port \(setting.port)")
            }
        } else {
            self.valves.append(setting)
        }
    }

    private mutating func insert(_ setting: GasValveSetting) throws(RoutingError) {
        if let isEnergised = self.isEnergised(setting.valve) {
            guard isEnergised == setting.isEnergised else {
                throw .conflictingValve(setting.valve, "relay released", "relay energised")
            }
        } else {
            self.gasValves.append(setting)
        }
    }
}
