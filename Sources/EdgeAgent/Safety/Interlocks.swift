import Analysis
import DeviceKit
import Methods

/// What must be true of the lab at the moment something is commanded. All of it is read from the devices: a plan that was
/// right when it was made does not count.
struct Interlocks: Sendable {
    /// A plunger further than this from where the plan begins belongs to another state of the lab.
    static let levelTolerance = Volume(20, .microlitre)

    let laboratory: Laboratory
    let router: Router

    /// No valve turns while a pump pushes or gas is on: a rotor that turns under flow breaks glass, and sweeps over other
    /// ports on its way.
    func allowTurning(_ valves: [String]) async throws(DeviceError) {
        let act = "turn \(valves.joined(separator: ", "))"
        try await self.requirePumpsAtRest(before: act)
        try await self.requireGasClosed(before: act)
    }

    /// Liquid moves only along the way that was planned, from the level that was planned, and with the gas closed.
    ///
    /// - Returns: the fill levels before, by pump node.
    func allow(_ dosing: Dosing) async throws(DeviceError) -> [String: Volume] {
        try await self.requireGasClosed(before: "move syringes")
        var routes: [FluidicRoute] = []
        var levels: [String: Volume] = [:]
        for move in dosing.moves {
            routes.append(try self.route(move.route, device: move.pump))
            let pump = try self.laboratory.pump(move.pump)
            let level = try await pump.status().fillLevel
            guard (level - move.from).magnitude <= Self.levelTolerance else {
                throw DeviceError(
                    .unsafe, device: pump.name, command: "move to \(move.to)",
                    "the plunger stands at \(level), the plan begins at \(move.from)",
                    advice: "Somebody moved it; bring it back, or tell the agent what the syringe holds.")
            }
            levels[move.pump] = level
        }
        try await self.requireOpen(routes, before: "move syringes")
        return levels
    }

    /// Gas is opened only into a way that is really open.
    func allowGas(along nodes: [String], relay: String) async throws(DeviceError) {
        try await self.requirePumpsAtRest(before: "open the gas")
        try await self.requireOpen([self.route(nodes, device: relay)], before: "open the gas")
    }

    private func requireOpen(_ routes: [FluidicRoute], before act: String) async throws(DeviceError) {
        var wanted: [String: Int] = [:]
        for setting in routes.flatMap(\.valveSettings) { wanted[setting.valve] = setting.port }
        for (name, port) in wanted.sorted(by: { $0.key < $1.key }) {
            let valve = try self.laboratory.valve(name)
            let position = try await valve.position()
            guard position == port else {
                throw DeviceError(
                    .unsafe, device: name, command: act,
                    "the valve stands at port \(position), the way needs port \(port)",
                    advice: "Nothing was moved. Look who else turns this valve, then resume.")
            }
        }
    }

    private func requirePumpsAtRest(before act: String) async throws(DeviceError) {
        // All at once: whether a drive stands takes two looks at it.
        let reason = await withTaskGroup(of: DeviceError?.self) { group in
            for pump in self.laboratory.pumps.values {
                group.addTask { await Self.motion(of: pump, before: act) }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
        if let reason { throw reason }
    }

    /// Why a pump is not at rest; nil if it is.
    private static func motion(of pump: any SyringePump, before act: String) async -> DeviceError? {
        do throws(DeviceError) {
            let flow = try await pump.status().flow
            guard flow.magnitude > FlowRate(1e-6, .millilitrePerSecond) else { return nil }
            return DeviceError(
                .unsafe, device: pump.name, command: act, "the pump still moves at \(flow)",
                advice: "Stop the pump first; a valve that turns under flow breaks glass.")
        } catch {
            return error
        }
    }

    private func requireGasClosed(before act: String) async throws(DeviceError) {
        for (name, relay) in self.laboratory.relays where try await relay.isEnergised() {
            throw DeviceError(
                .unsafe, device: name, command: act, "the gas is on",
                advice: "Close it with `edge-agent halt`, and let the pressure fall.")
        }
    }

    private func route(_ nodes: [String], device: String) throws(DeviceError) -> FluidicRoute {
        do throws(RoutingError) {
            return try self.router.route(through: nodes)
        } catch {
            throw DeviceError(
                .misconfigured, device: device, command: "follow the way", "\(error)",
                advice: "The tubing was changed since this was planned; plan again.")
        }
    }
}
