public import DeviceKit

extension FluidState {
    /// The plugs in an edge, from its `start` to its `end`; none for an edge that is not in the model.
    public func plugs(in edge: FluidicEdge) -> [FluidPortion] { self.lines[edge.label] ?? [] }

    /// The plugs along a route, those next to the source first.
    public func plugs(along route: FluidicRoute) -> [FluidPortion] {
        var plugs: [FluidPortion] = []
        for (index, edge) in route.edges.enumerated() {
            let held = self.plugs(in: edge)
            for plug in route.runsForward(at: index) ? held : held.reversed() { plugs.appendPlug(plug) }
        }
        return plugs
    }

    /// All that stands in an edge, a measuring cell for example, as one portion.
    public func content(of edge: FluidicEdge) -> FluidPortion {
        self.plugs(in: edge).reduce(into: FluidPortion()) { $0 += $1 }
    }

    /// What a syringe or a vessel holds; nil for other nodes.
    public func content(of node: String) -> FluidPortion? { (self.syringes[node] ?? self.vessels[node])?.content }

    /// Whether something aqueous stands anywhere along a route.
    public func holdsWater(along route: FluidicRoute) -> Bool {
        route.edges.contains { edge in self.plugs(in: edge).contains { $0.picolitres(of: .aqueous) > 0 } }
    }

    /// Volume in `edges` that is not `liquid`, gas included unless `ignoringGas`.
    public func foreignVolume(in edges: [FluidicEdge], to liquid: Liquid, ignoringGas: Bool = false) -> Volume {
        edges.flatMap(self.plugs).reduce(.zero) { sum, plug in
            var plug = plug
            if ignoringGas { _ = plug.takeGas() }
            return sum + plug.foreignVolume(to: liquid)
        }
    }

    /// Whether `edges`, the branch of a pump for example, hold more than `tolerance` of a liquid other than `liquid`.
    /// Gas is no foreign liquid.
    public func holdsForeignLiquid(
        in edges: [FluidicEdge],
        to liquid: Liquid,
        tolerance: Volume = Volume(1e-6, .millilitre)
    ) -> Bool {
        self.foreignVolume(in: edges, to: liquid, ignoringGas: true) > tolerance
    }

    /// The least volume of `liquid` fed in at the source that leaves at most the fraction `residual` (0…1) of the
    /// route's volume to anything else, gas included.
    ///
    /// In plug flow the plugs next to the source leave last. Real tubes mix along their length (Taylor, Proceedings of
    /// the Royal Society A 219, 1953, 186): feed a multiple of it.
    public func flushVolume(of route: FluidicRoute, with liquid: Liquid, residual: Double) -> Volume {
        let allowed = route.deadVolume * max(0, residual)
        var kept = Volume.zero
        var foreign = Volume.zero
        for plug in self.plugs(along: route) {
            let share = plug.liquid?.foreignFraction(to: liquid) ?? 0
            guard foreign + plug.volume * share > allowed else {
                foreign += plug.volume * share
                kept += plug.volume
                continue
            }
            kept += (allowed - foreign) / share
            return max(.zero, route.deadVolume - kept)
        }
        return .zero
    }

    /// Whether a syringe has to be filled before it can give `planned` of `liquid`, and with how much.
    ///
    /// A syringe that holds the planned volume is never refilled. `spare` is what should be left in it afterwards when
    /// it is filled anyway; it is cut where the syringe is too small for both. A liquid counts as another one when more
    /// than the fraction `impurity` of it is foreign.
    public func refill(
        of pump: String,
        with liquid: Liquid,
        planned: Volume,
        spare: Volume = .zero,
        impurity: Double = 0.001
    ) -> RefillDecision {
        let syringe = self.syringes[pump] ?? Holder()
        var held = syringe.content
        let gas = held.takeGas().volume
        let wanted = min(planned + max(.zero, spare), syringe.capacity ?? planned + spare)
        if let capacity = syringe.capacity, planned > capacity { return .tooSmall(capacity: capacity) }
        if let found = held.liquid, found.foreignFraction(to: liquid) > impurity {
            return .replace(discard: held.volume, gas: gas, aspirate: wanted)
        }
        // Rounding to picolitres must not cause a stroke.
        if held.volume + Volume(picolitres: 1) >= planned { return .enough }
        return .refill(gas: gas, aspirate: wanted - held.volume)
    }
}

/// What a syringe needs before a planned dose.
public enum RefillDecision: Sendable, Hashable {
    /// It holds what is planned.
    case enough
    /// Push out `gas`, then aspirate.
    case refill(gas: Volume, aspirate: Volume)
    /// It holds another liquid: push out everything, then aspirate.
    case replace(discard: Volume, gas: Volume, aspirate: Volume)
    /// The planned volume does not fit the syringe.
    case tooSmall(capacity: Volume)
}
