import Analysis
import DeviceKit

/// Choosing a recipe, filling syringes, priming lines.
extension LiquidPlanner {
    /// The best recipe that the pumps can do and the reservoirs suffice for.
    ///
    /// - Parameter collecting: volume of the mixture that is wanted after priming.
    func chooseRecipe(
        for components: [FormulationComponent], collecting volume: Volume
    ) throws(RequestRefusal) -> Mixture {
        let table = self.lab.table
        let total = try self.primeVolume() + volume
        let pump = Dictionary(table.stocks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let (lab, fluid) = (self.lab, self.fluid)
        // What is thrown away before the next filling is not there.
        let outdated = Set(table.stocks.map(\.pump).filter(self.isOutdated))
        let level: @Sendable (String) -> Volume = { node in
            outdated.contains(node) ? .zero : fluid.syringes[node]?.content.volume ?? .zero
        }
        let need: @Sendable (Recipe, String) -> Volume = { lab.handling.branchPrime + total * $0[$1] }
        let flowsFit: @Sendable (Recipe) -> Bool = { recipe in
            recipe.stocks.allSatisfy { id in
                guard let node = pump[id]?.pump, let range = lab.syringes[node]?.flowRange else { return false }
                let flow = lab.handling.flow * recipe[id]
                return flow >= range.lowerBound * 1.2 && flow <= range.upperBound * 0.9
            }
        }
        let suffices: @Sendable (Recipe) -> Bool = { recipe in
            recipe.stocks.allSatisfy { id in
                guard let stock = pump[id] else { return false }
                let held = level(stock.pump)
                let left = Self.drawable(from: stock.reservoir, in: fluid, lab.handling)
                return held + left >= need(recipe, id)
            }
        }
        let effort: @Sendable (Recipe) -> Double = { recipe in
            recipe.stocks.reduce(0) { sum, id in
                let held = pump[id].map { level($0.pump) } ?? .zero
                return sum + (held < need(recipe, id) ? 1 : 0)
            }
        }
        let preference = RecipePreference(flowsFit: flowsFit, stockSuffices: suffices, refillEffort: effort)
        let (target, recipes) = try RequestRefusal.wrap(.unservable) { () throws(FormulationError) in
            (
                try Composition(components, using: table),
                try self.lab.solver.recipes(for: components, preference: preference)
            )
        }
        guard let best = recipes.first(where: { flowsFit($0) && suffices($0) }) else {
            throw self.obstacle(recipes, flowsFit: flowsFit) { id in
                guard let stock = pump[id] else { return nil }
                return level(stock.pump) + Self.drawable(from: stock.reservoir, in: fluid, lab.handling)
            } need: {
                need($0, $1)
            }
        }
        return try Mixture(best, target: target, in: table)
    }

    /// Fills the syringes in use, then flushes first each branch with its own stock, then the common line with the
    /// mixture, into the waste.
    mutating func prime(_ mixture: Mixture) throws(RequestRefusal) {
        let most = try self.primeVolume()
        try self.fill(mixture.parts.map { ($0.pump, self.handling.branchPrime + most * $0.fraction) })
        guard try !self.isPrimed(with: mixture) else { return }
        let stream = try self.streamToWaste(mixture)
        try self.open(stream.routes, for: "from the pumps through the mixer to \(stream.sink)")
        try self.dose(
            mixture.parts.map { ($0.pump, self.handling.branchPrime) }, at: self.handling.flow, along: stream, .purge,
            "flush each branch with its own stock")
        let common = try self.flushVolume(with: mixture)
        guard common > .zero else { return }
        try self.dose(
            mixture.parts.map { ($0.pump, common * $0.fraction) }, at: self.handling.flow, along: stream, .prime,
            "flush the common line with the mixture")
    }

    /// Whether the lines hold what they should from the pumps to the sample node, as another request has left them.
    private func isPrimed(with mixture: Mixture) throws(RequestRefusal) -> Bool {
        for part in mixture.parts {
            let branch = try self.route(from: part.pump, to: self.handling.mixer)
            let stock = Liquid(FluidSource(part.stock))
            // The last edge is the mixer's, in which the stocks have met already.
            let own = branch.edges.dropLast()
            guard self.fluid.foreignVolume(in: Array(own), to: stock) <= branch.deadVolume * 1e-3 else { return false }
        }
        return try self.flushVolume(with: mixture) == .zero
    }

    /// Makes sure that each pump holds at least the volume, refilling those that do not; a syringe that holds enough
    /// is left as it is.
    mutating func fill(_ demands: [(pump: String, volume: Volume)]) throws(RequestRefusal) {
        try self.discardOtherLots(demands.map(\.pump))
        var refills: [(route: FluidicRoute, volume: Volume)] = []
        var wastes: [String: FluidicRoute] = [:]
        for (pump, volume) in demands where self.level(pump) < volume {
            guard let stock = self.lab.table.stocks.first(where: { $0.pump == pump }) else {
                throw RequestRefusal(.unservable, "pump \(pump) has no stock solution")
            }
            let waste = try self.route(from: pump, to: self.handling.waste)
            let capacity = try self.capacity(pump)
            guard volume + waste.deadVolume * 2 <= capacity else {
                throw RequestRefusal(
                    .unservable,
                    "\(volume) of \(stock.name) in one stroke is more than the syringe of \(pump) holds (\(capacity))")
            }
            let left = Self.drawable(from: stock.reservoir, in: self.fluid, self.handling)
            let wanted = capacity - self.level(pump)
            let drawn = min(wanted, left)
            guard self.level(pump) + drawn >= volume + waste.deadVolume * 2 else {
                throw self.refusal(for: [
                    self.shortage(
                        of: stock, left: self.level(pump) + left, needed: volume + waste.deadVolume * 2)
                ])
            }
            refills.append((try self.route(from: stock.reservoir, to: pump), drawn))
            wastes[pump] = waste
        }
        guard !refills.isEmpty else { return }
        let names = refills.map(\.route.sink).joined(separator: ", ")
        try self.open(refills.map(\.route), for: "from the reservoirs to \(names)")
        try self.aspirate(refills, at: self.handling.fillFlow, "fill \(names)")
        self.settle(self.handling.fillSettle, "let the liquid catch up with the plunger")
        let routes = refills.compactMap { wastes[$0.route.sink] }
        try self.open(routes, for: "from \(names) to \(self.handling.waste)")
        let stream = try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in try FluidicStream(routes) }
        try self.dose(
            routes.map { ($0.source, $0.deadVolume * 2) }, at: self.handling.fillFlow, along: stream, .purge,
            "purge trapped gas from \(names)")
    }

    /// Empties the syringes that hold a lot which does not stand in their bottles any more.
    private mutating func discardOtherLots(_ pumps: [String]) throws(RequestRefusal) {
        let old = pumps.filter(self.isOutdated)
        for pump in old { self.renew(pump) }
        let full = old.filter { self.level($0) > .zero }
        guard !full.isEmpty else { return }
        var routes: [FluidicRoute] = []
        for pump in full { routes.append(try self.route(from: pump, to: self.handling.waste)) }
        let names = full.joined(separator: ", ")
        try self.open(routes, for: "from \(names) to \(self.handling.waste)")
        let stream = try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in try FluidicStream(routes) }
        try self.dose(
            full.map { ($0, self.level($0)) }, at: self.handling.fillFlow, along: stream, .purge,
            "empty \(names) of the lot before")
    }

    /// From what stands in the lines now: nothing if they hold the mixture already.
    private func flushVolume(with mixture: Mixture) throws(RequestRefusal) -> Volume {
        guard let liquid = mixture.liquid else { return .zero }
        var largest = Volume.zero
        for part in mixture.parts {
            let route = try self.route(from: part.pump, to: self.handling.sampleNode, via: [self.handling.mixer])
            let shared = try self.route(from: self.handling.mixer, to: self.handling.sampleNode)
            guard self.fluid.flushVolume(of: shared, with: liquid, residual: 1e-3) > .zero else { continue }
            largest = max(largest, route.deadVolume)
        }
        return largest * self.handling.flushFactor
    }

    /// What a bottle gives without drawing air: the last of it stays below the tube's end.
    static func drawable(
        from reservoir: String, in fluid: FluidState, _ handling: LiquidHandlingSettings
    ) -> Volume {
        max(.zero, (fluid.vessels[reservoir]?.content.liquidVolume ?? .zero) - handling.reservoirReserve)
    }

    /// What flushes the lines between the pumps and the sample node as often as the settings ask for.
    func primeVolume() throws(RequestRefusal) -> Volume {
        var longest = Volume.zero
        for pump in Set(self.lab.table.stocks.map(\.pump)).sorted() {
            let route = try self.route(from: pump, to: self.handling.sampleNode, via: [self.handling.mixer])
            longest = max(longest, route.deadVolume)
        }
        return longest * self.handling.flushFactor
    }

    private func streamToWaste(_ mixture: Mixture) throws(RequestRefusal) -> FluidicStream {
        try self.stream(
            from: mixture.parts.map(\.pump), to: self.handling.waste,
            via: [self.handling.mixer, self.handling.sampleNode])
    }

    /// - Parameters:
    ///   - held: of a stock solution, by its id: what syringe and bottle give.
    ///   - need: what a recipe takes of it.
    private func obstacle(
        _ recipes: [Recipe], flowsFit: (Recipe) -> Bool, held: (String) -> Volume?, need: (Recipe, String) -> Volume
    ) -> RequestRefusal {
        let fitting = recipes.filter(flowsFit)
        guard let recipe = fitting.first ?? recipes.first else { return RequestRefusal(.notNow, "no recipe") }
        let stocks = self.lab.table.stocks.filter { recipe[$0.id] > 0 }
        if fitting.isEmpty {
            let flows = stocks.map { "\($0.pump) \(self.handling.flow * recipe[$0.id])" }.joined(separator: ", ")
            return RequestRefusal(
                .notNow, "a pump's flow would lie outside what its syringe can do: \(flows)")
        }
        return self.refusal(
            for: stocks.compactMap { stock in
                let (left, needed) = (held(stock.id) ?? .zero, need(recipe, stock.id))
                return left < needed ? self.shortage(of: stock, left: left, needed: needed) : nil
            })
    }
}
