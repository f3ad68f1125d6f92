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
    /// Routes that share a valve at its common port only, or in the same position, agree. A route that leads on from
    /// the end of others stands after them; the valves of branches come before those of the stream they join.
    public init(of routes: [FluidicRoute]) throws(RoutingError) {
        self.init()
        for route in routes {
            for (index, setting) in route.valveSettings.enumerated() {
                let downstream = Set(route.valveSettings[(index + 1)...].map(\.valve))
                try self.insert(setting, before: downstream)
            }
            for setting in route.gasValveSettings { try self.insert(setting) }
        }
    }

    /// The port that `valve` is set to; nil when it is not set here.
    public func port(of valve: String) -> Int? { self.valves.first { $0.valve == valve }?.port }

    /// The state that the relay of `valve` is set to; nil when it is not set here.
    public func isEnergised(_ valve: String) -> Bool? { self.gasValves.first { $0.valve == valve }?.isEnergised }

    /// These settings with those of `newer` in place of the same valves', and the others of `newer` added.
    public func replacing(with newer: FluidicSettings) -> FluidicSettings {
        var merged = self
        merged.valves.removeAll { newer.port(of: $0.valve) != nil }
        merged.gasValves.removeAll { newer.isEnergised($0.valve) != nil }
        merged.valves += newer.valves
        merged.gasValves += newer.gasValves
        return merged
    }

    private mutating func insert(_ setting: ValveSetting, before downstream: Set<String> = []) throws(RoutingError) {
        if let port = self.port(of: setting.valve) {
            guard port == setting.port else {
                throw .conflictingValve(setting.valve, "port \(port)", "port \(setting.port)")
            }
        } else {
            let index = self.valves.firstIndex { downstream.contains($0.valve) } ?? self.valves.count
            self.valves.insert(setting, at: index)
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
