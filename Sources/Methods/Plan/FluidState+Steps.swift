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
        case (.blow(let nodes, _, _), .done):
            let route = try Self.route(nodes, through: router)
            _ = try RequestRefusal.wrap(.notNow, "gas through \(route.sink)") { () throws(FluidStateError) in
                try self.transfer(route.deadVolume * 2, along: route)
            }
        case (.fillByHand(let cell, let source), .done):
            guard let edge = router.graph.cell(of: cell) else {
                throw RequestRefusal(.unservable, "the tubing has no cell \(cell)")
            }
            self.fill([edge], with: Liquid(source))
        default: break
        }
    }

    /// Whether a step would move something through a cell that holds water, which only hands may take out.
    public func forbids(_ action: Action, through router: Router) throws(RequestRefusal) -> Bool {
        for nodes in action.routes where self.holdsWater(along: try Self.route(nodes, through: router)) { return true }
        return false
    }

    private mutating func apply(
        _ dosing: Dosing, _ dosed: [StepOutcome.Dosed], through router: Router
    ) throws(RequestRefusal) {
        var routes: [FluidicRoute] = []
        var doses: [PumpDose] = []
        for one in dosed {
            guard let move = dosing.moves.first(where: { $0.pump == one.pump }) else { continue }
            // Counted from what the syringe was known to hold, so that small differences of reading do not add up.
            let holder = self.syringes[one.pump]
            let held = holder?.content.volume ?? .zero
            let reached = min(max(one.to, .zero), holder?.capacity ?? one.to)
            let route = try Self.route(move.route, through: router)
            if route.sink == one.pump {
                guard reached > held else { continue }
                _ = try RequestRefusal.wrap(.notNow, "\(one.pump)") { () throws(FluidStateError) in
                    try self.transfer(reached - held, along: route)
                }
            } else if reached < held {
                routes.append(route)
                doses.append(PumpDose(pump: one.pump, volume: held - reached))
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
