/// The order in which valves go from where they stand to where they are wanted.
///
/// 1. Gas that flows now is shut off first, if it is to be shut off or if any rotary valve turns: a rotor sweeps over
///    other ports on its way.
/// 2. Rotary valves turn from the sink to the source, so that the way out is open before anything can come in.
/// 3. Gas is opened last, and only where the target asks for it.
///
/// A valve that stands as wanted, or that the target does not name, is left alone, except that gas is shut off. After gas was shut off, wait for the pressure to fall before the next
/// step; between steps, verify the position.
public struct ValveSwitchPlan: Sendable, Hashable {
    public let steps: [ValveSwitch]

    /// Plans from the settings `present` (a valve that is missing there stands nobody knows where, a relay as if
    /// energised) to those of `target`, which are in the order of the flow. `movingPumps` are those not at rest.
    ///
    /// Throws when a target does not exist or selects a port without tube, when gas would be opened into tubes that end
    /// nowhere, and when a pump moves on the branch of a valve that would switch.
    public init(
        in graph: TubingGraph,
        from present: FluidicSettings,
        to target: FluidicSettings,
        movingPumps: [String] = []
    ) throws(ValveSwitchError) {
        try Self.check(target, in: graph)
        let turns = target.valves.reversed().filter { present.port(of: $0.valve) != $0.port }
        var steps: [ValveSwitch] = []
        var toOpen: [String] = []
        for valve in graph.gasValves {
            let now = present.isEnergised(valve)
            let wanted = target.isEnergised(valve)
            let mustShut = now != false && (wanted == false || !turns.isEmpty || (now == nil && wanted == nil))
            if mustShut { steps.append(.relay(GasValveSetting(valve: valve, isEnergised: false))) }
            if wanted == true, mustShut || now != true { toOpen.append(valve) }
        }
        steps += turns.map(ValveSwitch.turn)
        for valve in toOpen {
            guard graph.hasWayOut(ofGasValve: valve, with: present.replacing(with: target)) else {
                throw .noWayOut(gasValve: valve)
            }
            steps.append(.relay(GasValveSetting(valve: valve, isEnergised: true)))
        }
        try Self.checkPumps(movingPumps, steps: steps, in: graph, present: present, target: target)
        self.steps = steps
    }

    private static func check(_ target: FluidicSettings, in graph: TubingGraph) throws(ValveSwitchError) {
        let dangling = Set(graph.danglingPorts.map(\.name))
        for setting in target.valves {
            guard graph.rotaryValves.contains(setting.valve) else { throw .unknownValve(setting.valve) }
            guard let node = graph.node(ofPort: setting.port, valve: setting.valve) else { throw .unknownPort(setting) }
            guard !dangling.contains(node.name) else { throw .danglingPort(setting) }
        }
        for setting in target.gasValves where !graph.gasValves.contains(setting.valve) {
            throw .unknownValve(setting.valve)
        }
    }

    /// To release a relay is always allowed: it takes pressure away.
    private static func checkPumps(
        _ pumps: [String],
        steps: [ValveSwitch],
        in graph: TubingGraph,
        present: FluidicSettings,
        target: FluidicSettings
    ) throws(ValveSwitchError) {
        for pump in pumps {
            guard graph.node(pump)?.kind == .pump else { throw .unknownPump(pump) }
            let before = graph.valves(onBranchOf: pump, with: present)
            let after = graph.valves(onBranchOf: pump, with: present.replacing(with: target))
            for step in steps {
                switch step {
                case .turn(let setting) where before.contains(setting.valve) || after.contains(setting.valve):
                    throw .pumpMoves(pump: pump, valve: setting.valve)
                case .relay(let setting) where setting.isEnergised:
                    if before.contains(setting.valve) || after.contains(setting.valve) {
                        throw .pumpMoves(pump: pump, valve: setting.valve)
                    }
                default: break
                }
            }
        }
    }
}
