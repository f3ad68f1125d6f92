import Analysis
import DeviceKit

/// Writes down, step by step, how liquids are to be moved, and carries along what would then stand where, so that each
/// step is planned on what the one before leaves behind. Nothing moves.
struct LiquidPlanner {
    let lab: LabModel
    /// ISO date of the plan.
    private let day: String
    private(set) var fluid: FluidState
    private(set) var steps: [Step] = []
    private var consumption: [String: Volume] = [:]
    /// Where the valves stand after the steps so far; empty at first, so that each is set once for sure.
    private var settings = FluidicSettings()
    /// Pumps whose syringes hold more of another lot than what comes from the line: emptied before they are filled again.
    private var outdated: Set<String>

    init(_ lab: LabModel, fluid: FluidState, on day: String) {
        self.lab = lab
        self.day = day
        self.fluid = lab.table.joiningLots(fluid)
        self.outdated = Set(
            lab.table.stocks.filter { stock in
                guard let content = fluid.syringes[stock.pump]?.content else { return false }
                let others = content.sources.filter { lab.table.stockID(ofLot: $0.rawValue) == stock.id }
                    .filter { $0.rawValue != stock.lot }
                let foreign = others.reduce(Volume.zero) { $0 + content.volume(of: $1) }
                return foreign > content.liquidVolume * Self.residue
            }.map(\.pump))
    }

    /// What a bottle's line leaves of the lot before in a full syringe, at most.
    private static let residue = 0.02

    /// Whether what a syringe holds is not to be used any more.
    func isOutdated(_ pump: String) -> Bool { self.outdated.contains(pump) }

    /// Notes that a syringe was emptied.
    mutating func renew(_ pump: String) { self.outdated.remove(pump) }

    var handling: LiquidHandlingSettings { self.lab.handling }

    /// The steps so far as a plan; the next steps begin another, which sets every valve anew: others may come between.
    mutating func takePlan(summary: [String]) -> Plan {
        defer {
            self.steps = []
            self.consumption = [:]
            self.settings = FluidicSettings()
        }
        let lines = self.lab.vialLines(passedBy: self.steps)
        return Plan(
            summary: summary + lines.compactMap(\.words), steps: self.steps, consumption: self.consumption,
            warnings: self.shortages(self.consumption) + lines.compactMap { self.lab.doubt(of: $0, on: self.day) })
    }

    // MARK: Single steps

    mutating func append(_ title: String, _ action: Action, estimate: Duration) {
        self.steps.append(Step(title, action, estimate: estimate))
    }

    /// Notes what a person fills into a cell.
    mutating func fillByHand(_ cell: String, with source: FluidSource) throws(RequestRefusal) {
        let action = Action.fillByHand(cell: cell, with: source)
        try self.fluid.apply(action, .done, through: self.lab.router)
        self.append(source == .gas ? "\(cell) is dry" : "\(cell) is wet", action, estimate: .zero)
    }

    /// Nothing moves through a cell that holds water: it would form HF with what LiPF6 has left in the tubes.
    private func requireDry(_ routes: [FluidicRoute]) throws(RequestRefusal) {
        guard let route = routes.first(where: self.fluid.holdsWater) else { return }
        let wet = route.edges.first { self.fluid.content(of: $0).sources.contains(.aqueous) }
        let instrument = wet.flatMap(self.lab.router.graph.instrument) ?? route.sink
        throw RequestRefusal(
            .notNow,
            "the cell \(instrument) holds an aqueous standard: rinse it by hand with a water-free solvent and dry it, then "
                + "`edge-agent stock dried \(instrument)`")
    }

    /// Turns the valves that open `routes`, the way out first, so that nothing is opened into a closed line. A valve
    /// that stands right already is left alone; gas is shut off before any rotor turns.
    mutating func open(_ routes: [FluidicRoute], for purpose: String) throws(RequestRefusal) {
        let target = try RequestRefusal.wrap(.unservable, "the way \(purpose)") { () throws(RoutingError) in
            try FluidicSettings(of: routes)
        }
        let switches = try RequestRefusal.wrap(.unservable, "the way \(purpose)") { () throws(ValveSwitchError) in
            try ValveSwitchPlan(in: self.lab.router.graph, from: self.settings, to: target)
        }.steps
        var turns: [ValveSetting] = []
        for change in switches {
            switch change {
            case .turn(let setting): turns.append(setting)
            case .relay(let setting) where !setting.isEnergised:
                self.append(
                    "close the gas", .setRelay(relay: self.handling.gas.relay, energised: false), estimate: .seconds(2))
            // Gas is opened by the step that blows, and for its time only.
            case .relay: break
            }
        }
        if !turns.isEmpty {
            self.append("open the way \(purpose)", .turnValves(turns), estimate: .seconds(Double(turns.count)))
        }
        let released = target.gasValves.map { GasValveSetting(valve: $0.valve, isEnergised: false) }
        let reached = try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in
            try FluidicSettings(valves: target.valves, gasValves: released)
        }
        self.settings = self.settings.replacing(with: reached)
        for valve in self.lab.router.graph.gasValves where self.settings.isEnergised(valve) == nil {
            self.settings = self.settings.replacing(with: try Self.released(valve))
        }
    }

    private static func released(_ gasValve: String) throws(RequestRefusal) -> FluidicSettings {
        try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in
            try FluidicSettings(valves: [], gasValves: [GasValveSetting(valve: gasValve, isEnergised: false)])
        }
    }

    /// Dispenses from several syringes at once along one stream.
    mutating func dose(
        _ volumes: [(pump: String, volume: Volume)], at flow: FlowRate, along stream: FluidicStream,
        _ purpose: Dosing.Purpose, _ title: String
    ) throws(RequestRefusal) {
        try self.requireDry(stream.routes.filter { route in volumes.contains { $0.pump == route.source } })
        let total = volumes.reduce(Volume.zero) { $0 + $1.volume }
        var moves: [Dosing.Move] = []
        for (pump, volume) in volumes {
            let level = self.level(pump)
            guard let route = stream.routes.first(where: { $0.source == pump }) else { continue }
            moves.append(
                .init(
                    pump: pump, from: level, to: level - volume, flow: FlowRate(si: flow.si * (volume / total)),
                    route: route.nodes))
        }
        _ = try RequestRefusal.wrap(.notNow, title) { () throws(FluidStateError) in
            try self.fluid.deliver(volumes.map { PumpDose(pump: $0.pump, volume: $0.volume) }, along: stream)
        }
        let dosing = Dosing(purpose: purpose, moves: moves)
        self.append(title, .moveSyringes(dosing), estimate: dosing.longest)
    }

    /// Aspirates into several syringes at once, each along its own route.
    mutating func aspirate(
        _ volumes: [(route: FluidicRoute, volume: Volume)], at flow: FlowRate, _ title: String
    ) throws(RequestRefusal) {
        var moves: [Dosing.Move] = []
        for (route, volume) in volumes {
            let level = self.level(route.sink)
            moves.append(.init(pump: route.sink, from: level, to: level + volume, flow: flow, route: route.nodes))
            let held = self.fluid.vessels[route.source]?.content.liquidVolume ?? .zero
            let delivery = try RequestRefusal.wrap(.notNow, title) { () throws(FluidStateError) in
                try self.fluid.transfer(volume, along: route)
            }
            guard delivery.gasForLiquid <= .zero else {
                throw self.refusal(for: [self.shortage(at: route.source, left: held, needed: volume)])
            }
            self.consumption[route.source, default: .zero] += volume
        }
        let dosing = Dosing(purpose: .fill, moves: moves)
        self.append(title, .moveSyringes(dosing), estimate: dosing.longest)
    }

    mutating func settle(_ duration: Duration, _ reason: String) {
        self.append(reason, .settle(duration), estimate: duration)
    }

    /// Pulses of gas along `route`. The way out is opened first; the gas opens last and closes first.
    mutating func blow(
        along route: FluidicRoute, _ pulse: LiquidHandlingSettings.GasPulse, _ title: String
    ) throws(RequestRefusal) {
        try self.requireDry([route])
        try self.open([route], for: "for the gas from \(route.source) to \(route.sink)")
        for number in 1...max(1, pulse.repeats) {
            self.append(
                "\(title), pulse \(number) of \(pulse.repeats)",
                .blow(route: route.nodes, relay: self.handling.gas.relay, duration: pulse.open), estimate: pulse.open)
            self.settle(pulse.rest, "let the pressure fall")
        }
        _ = try RequestRefusal.wrap(.notNow, title) { () throws(FluidStateError) in
            try self.fluid.transfer(route.deadVolume * 2, along: route)
        }
    }

    // MARK: What stands where

    func level(_ pump: String) -> Volume { self.fluid.syringes[pump]?.content.volume ?? .zero }

    func capacity(_ pump: String) throws(RequestRefusal) -> Volume {
        guard let syringe = self.lab.syringes[pump] else {
            throw RequestRefusal(.unservable, "no device drives pump \(pump)")
        }
        return syringe.capacity
    }

    // MARK: Ways

    func route(
        from source: String, to target: String, via: [String] = [], through instruments: Set<String> = []
    ) throws(RequestRefusal) -> FluidicRoute {
        try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in
            try self.lab.router.route(from: source, to: target, via: via, through: instruments)
        }
    }

    func stream(
        from pumps: [String], to target: String, via: [String] = []
    ) throws(RequestRefusal) -> FluidicStream {
        try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in
            try self.lab.router.stream(from: pumps, to: target, via: via)
        }
    }
}
