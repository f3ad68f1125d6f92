public import Analysis
import DeviceKit

/// Carries the picture of what stands where along with what steps really did.
extension FluidState {
    /// - Parameter outcome: of a step of this action. Volumes are those read back, not those planned.
    public mutating func apply(
        _ action: Action, _ outcome: StepOutcome, through router: Router
    ) throws(RequestRefusal) {
        switch (action, outcome) {
        case (.moveSyringes(let dosing), .dosed(let dosed)):
            try self.apply(dosing, dosed, through: router)
        case (.blow(let nodes, _, _), _):
            let route = try Self.route(nodes, through: router)
            _ = try RequestRefusal.wrap(.notNow, "gas through \(route.sink)") { () throws(FluidStateError) in
                try self.transfer(route.deadVolume * 2, along: route)
            }
        default: break
        }
    }

    private mutating func apply(
        _ dosing: Dosing, _ dosed: [StepOutcome.Dosed], through router: Router
    ) throws(RequestRefusal) {
        // Volumes below what a drive resolves are reading noise.
        let moved = dosed.filter { $0.volume.magnitude > Volume(0.01, .microlitre) }
        var routes: [FluidicRoute] = []
        var doses: [PumpDose] = []
        for one in moved {
            guard let move = dosing.moves.first(where: { $0.pump == one.pump }) else { continue }
            let route = try Self.route(move.route, through: router)
            if route.sink == one.pump {
                _ = try RequestRefusal.wrap(.notNow, "\(one.pump)") { () throws(FluidStateError) in
                    try self.transfer(-one.volume, along: route)
                }
            } else {
                let held = self.syringes[one.pump]?.content.volume ?? .zero
                routes.append(route)
                doses.append(PumpDose(pump: one.pump, volume: min(one.volume, held)))
            }
        }
        guard !routes.isEmpty else { return }
        let stream = try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in try FluidicStream(routes) }
        _ = try RequestRefusal.wrap(.notNow) { () throws(FluidStateError) in try self.deliver(doses, along: stream) }
    }

    private static func route(_ nodes: [String], through router: Router) throws(RequestRefusal) -> FluidicRoute {
        try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in try router.route(through: nodes) }
    }
}
