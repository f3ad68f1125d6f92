import Analysis
import DeviceKit

/// The simulated lab without a clock: devices, contents and flows, advanced by stretches of lab time.
///
/// Between two events (a motion ends, a rotor arrives, a command comes) all flows are constant: they are resolved once
/// and then carried through the tubes in steps of bounded volume.
struct WorldState: Sendable {
    struct Rotor: Sendable {
        let description: WorldDescription.Valve
        var position: Int
        var target: Int
        /// Seconds until it arrives; zero at rest.
        var remaining = 0.0
        var sticks = false
        var isTurning: Bool { self.remaining > 0 }
    }

    let description: WorldDescription
    let network: TubingNetwork
    /// Liquid ids by species number; gas is species 0.
    let species: [String]
    var syringes: [Syringe] = []
    var rotors: [Rotor] = []
    var isEnergised: [Bool] = []
    var bottles: [Bottle] = []
    var tubes: TubeContents
    var temperatures: [Temperature] = []
    var isCellOn: [Bool] = []
    /// Lab time in seconds.
    private(set) var now = 0.0
    /// What happened since this was last emptied.
    var events: [WorldEvent] = []
    /// mL of gas that the tubing and bottles gave to the atmosphere; negative when they took more.
    var vented = 0.0
    private(set) var plan = FlowPlan()
    private var isPlanStale = true
    private var isGasBlocked = false

    init(_ description: WorldDescription) throws(WorldDescriptionError) {
        self.description = description
        self.network = try TubingNetwork(description)
        self.species = [WorldDescription.gas] + description.liquids.keys.filter { !Self.isGas($0) }.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: self.species.enumerated().map { ($1, $0) })
        func number(_ liquid: String, in place: String) throws(WorldDescriptionError) -> Int {
            if Self.isGas(liquid) { return 0 }
            guard let number = numbers[liquid] else {
                throw WorldDescriptionError("\(place) holds \(liquid), which is not among the liquids")
            }
            return number
        }
        self.tubes = TubeContents(
            volumes: description.edges.map { $0.deadVolume.in(.millilitre) },
            portionVolume: description.physics.portionVolume.in(.millilitre),
            speciesCount: self.species.count,
            nodeCount: self.network.nodeNames.count,
            terminalCount: description.terminals.count,
            content: try number(description.tubesHold, in: "the tubing")
        )
        for terminal in description.terminals {
            var content = Array(repeating: 0.0, count: self.species.count)
            if let liquid = terminal.liquid {
                content[try number(liquid, in: terminal.name)] = terminal.volume.in(.millilitre)
            }
            content[0] = 0
            self.bottles.append(Bottle(terminal, content: content))
        }
        for pump in description.pumps {
            var content = Array(repeating: 0.0, count: self.species.count)
            content[try number(pump.content, in: pump.name)] = pump.fillLevel.in(.millilitre)
            self.syringes.append(Syringe(pump, content: content))
        }
        for valve in description.rotaryValves {
            guard (1...max(1, valve.portCount)).contains(valve.position) else {
                throw WorldDescriptionError("\(valve.name) has no port \(valve.position)")
            }
            self.rotors.append(Rotor(description: valve, position: valve.position, target: valve.position))
        }
        self.isEnergised = description.gasValves.map { _ in false }
        self.temperatures = description.cells.map(\.temperature)
        self.isCellOn = description.cells.map { _ in false }
        self.settle()
        self.events = []
    }

    static func isGas(_ liquid: String) -> Bool { liquid == WorldDescription.gas || liquid == "air" }

    mutating func record(_ occurrence: WorldEvent.Occurrence) {
        self.events.append(WorldEvent(time: .seconds(self.now), occurrence: occurrence))
    }

    // MARK: Time

    /// Lets lab time pass.
    mutating func advance(by duration: Duration) {
        var remaining = duration.seconds
        self.finishWhatIsDue()
        while remaining > 0 {
            self.settle()
            let stretch = min(remaining, self.secondsToNextEvent)
            self.carry(self.plan, for: stretch)
            for index in self.syringes.indices {
                if self.plan.blocks(pump: index) != nil {
                    self.syringes[index].compression += self.syringes[index].displacement * stretch
                }
                self.syringes[index].advance(by: stretch)
            }
            for index in self.rotors.indices where self.rotors[index].isTurning {
                self.rotors[index].remaining = max(Self.instant / 2, self.rotors[index].remaining - stretch)
            }
            self.now += stretch
            remaining -= stretch
            self.finishWhatIsDue()
        }
        self.settle()
    }

    /// Differences in time below this are rounding.
    private static let instant = 1e-10

    private var overloadLimit: Double { self.description.physics.overloadVolume.in(.millilitre) }

    private var secondsToNextEvent: Double {
        var next = Double.infinity
        for (index, syringe) in self.syringes.enumerated() where syringe.motion != .none {
            next = min(next, syringe.secondsToTarget, syringe.secondsToEnd)
            if self.plan.blocks(pump: index) != nil {
                next = min(next, syringe.secondsToOverload(limit: self.overloadLimit))
            }
        }
        for rotor in self.rotors where rotor.isTurning { next = min(next, rotor.remaining) }
        return next
    }

    private mutating func finishWhatIsDue() {
        for index in self.rotors.indices
        where self.rotors[index].isTurning && self.rotors[index].remaining <= Self.instant {
            self.rotors[index].remaining = 0
            let from = self.rotors[index].position
            self.rotors[index].position = self.rotors[index].target
            self.record(
                .valveTurned(
                    valve: self.rotors[index].description.name,
                    from: from,
                    to: self.rotors[index].position
                )
            )
            self.isPlanStale = true
        }
        for index in self.syringes.indices where self.syringes[index].motion != .none {
            let syringe = self.syringes[index]
            if syringe.secondsToTarget <= Self.instant {
                self.arrive(index)
            } else if let blocked = self.plan.blocks(pump: index),
                syringe.secondsToOverload(limit: self.overloadLimit) <= Self.instant
            {
                let ends = blocked.deadEnds.prefix(4).map { self.network.nodeNames[$0] }.joined(separator: ", ")
                let act = syringe.displacement > 0 ? "dispensed" : "drew"
                self.overload(index, reason: "\(act) against a closed way that ends at \(ends)")
            } else if syringe.secondsToEnd <= Self.instant {
                self.overload(index, reason: "the piston hit the end of the syringe")
            }
        }
    }

    /// Ends a motion at its target, exactly.
    private mutating func arrive(_ index: Int) {
        if self.syringes[index].motion == .referencing {
            self.syringes[index].counted = 0
            if !self.syringes[index].lies { self.syringes[index].piston = 0 }
            self.syringes[index].isReferenced = true
        } else if case .moving(let target) = self.syringes[index].motion {
            if !self.syringes[index].lies { self.syringes[index].piston += target - self.syringes[index].counted }
            self.syringes[index].counted = target
        }
        self.halt(index)
    }

    // MARK: Flows

    /// Marks the flows as changed by something; they are resolved anew before time goes on.
    mutating func disturb() { self.isPlanStale = true }

    /// Resolves the flows anew if anything changed, lets pressure off where a way has opened, and records deliveries
    /// that ended.
    mutating func settle() {
        guard self.isPlanStale else { return }
        self.isPlanStale = false
        self.relievePressure()
        var sources: [FlowPlan.Source] = []
        for (index, syringe) in self.syringes.enumerated() where syringe.displacement != 0 {
            sources.append(.init(node: self.network.pumpNodes[index], flow: syringe.displacement, pump: index))
        }
        self.plan = self.resolve(sources + self.gasSources)
        let isGasBlocked = self.plan.blocked.contains { $0.source.pump == nil }
        if isGasBlocked, !self.isGasBlocked {
            self.record(.unsafe(device: self.gasName, reason: "gas is on and has no way out"))
        }
        self.isGasBlocked = isGasBlocked
        self.recordArrivals()
    }

    private func resolve(_ sources: [FlowPlan.Source]) -> FlowPlan {
        FlowPlan(network: self.network, sources: sources) { gate in
            switch gate {
            case .always: true
            case .rotary(let valve, let port): !self.rotors[valve].isTurning && self.rotors[valve].position == port
            case .solenoid(let valve, let energised): self.isEnergised[valve] == energised
            }
        }
    }

    /// Pressurised gas that an energised solenoid lets through.
    private var gasSources: [FlowPlan.Source] {
        let flow = self.description.physics.gasFlow.in(.millilitrePerSecond)
        return self.bottles.indices.compactMap { index in
            guard self.bottles[index].kind == .pressurisedGas else { return nil }
            let source = FlowPlan.Source(node: self.network.terminalNodes[index], flow: flow, pump: nil)
            let reach = self.resolve([source])
            let isOn = reach.sources.count == 1 || reach.blocked.contains { self.passesSolenoid($0.reach) }
            return isOn ? source : nil
        }
    }

    private func passesSolenoid(_ reach: [Int]) -> Bool {
        let reached = Set(reach)
        return self.network.edges.contains { edge in
            guard case .solenoid(let valve, let energised) = edge.gate else { return false }
            return self.isEnergised[valve] == energised && reached.contains(edge.start) && reached.contains(edge.end)
        }
    }

    private var gasName: String {
        self.bottles.first { $0.kind == .pressurisedGas }?.name ?? WorldDescription.gas
    }

    /// A compressed (or drawn-out) syringe relaxes at once when its way opens.
    private mutating func relievePressure() {
        let sources = self.syringes.indices.compactMap { index -> FlowPlan.Source? in
            let compression = self.syringes[index].compression
            guard abs(compression) > 1e-12 else { return nil }
            return .init(node: self.network.pumpNodes[index], flow: compression, pump: index)
        }
        guard !sources.isEmpty else { return }
        let plan = self.resolve(sources)
        self.carry(plan, for: 1)
        for source in plan.sources { if let pump = source.pump { self.syringes[pump].compression = 0 } }
    }

    /// Carries contents along `plan`.
    private mutating func carry(_ plan: FlowPlan, for seconds: Double) {
        guard !plan.segments.isEmpty, seconds > 0 else { return }
        let volume = plan.peakFlow * seconds
        let steps = max(1, (volume / self.description.physics.stepVolume.in(.millilitre)).rounded(.up))
        let stepSeconds = seconds / steps
        let rates = self.tubes.rates(of: plan, seconds: stepSeconds)
        for _ in 0..<Int(steps) {
            self.tubes.begin(plan, network: self.network)
            for source in plan.sources where source.flow > 0 {
                let volume = source.flow * stepSeconds
                if let pump = source.pump {
                    self.tubes.add(self.syringes[pump].take(volume), volume: volume, atNode: source.node)
                } else {
                    self.give(volume, from: self.network.terminalAt[source.node])
                }
            }
            for supply in plan.supplies { self.give(supply.flow * stepSeconds, from: supply.terminal) }
            self.tubes.flow(plan, rates: rates, network: self.network)
            for source in plan.sources where source.flow < 0 {
                guard let pump = source.pump else { continue }
                let drawn = self.tubes.drawn(fromNode: source.node, volume: -source.flow * stepSeconds)
                for species in drawn.indices { self.syringes[pump].content[species] += drawn[species] }
            }
            for terminal in plan.receivers {
                let amounts = self.tubes.received(byTerminal: terminal)
                self.vented += amounts.first ?? 0
                self.bottles[terminal].receive(amounts)
                self.checkOverflow(terminal)
            }
        }
    }

    private mutating func give(_ volume: Double, from terminal: Int) {
        let given = self.bottles[terminal].give(volume)
        self.vented -= given[0]
        self.tubes.add(given, volume: volume, atNode: self.network.terminalNodes[terminal])
        let kind = self.bottles[terminal].kind
        if given[0] > 0, kind != .ambient, kind != .pressurisedGas, !self.bottles[terminal].ranDry {
            self.bottles[terminal].ranDry = true
            self.record(.ranDry(terminal: self.bottles[terminal].name))
        }
    }

    private mutating func checkOverflow(_ terminal: Int) {
        guard !self.bottles[terminal].overflowed, self.bottles[terminal].capacity.isFinite,
            self.bottles[terminal].liquidVolume > self.bottles[terminal].capacity
        else { return }
        self.bottles[terminal].overflowed = true
        self.record(.unsafe(device: self.bottles[terminal].name, reason: "more liquid came than it holds"))
    }

    private mutating func recordArrivals() {
        for index in self.bottles.indices where !self.plan.receivers.contains(index) {
            let arriving = self.bottles[index].arriving
            let liquid = arriving.dropFirst().reduce(0, +)
            guard liquid > 0 || arriving[0] > 0 else { continue }
            self.bottles[index].arriving = Array(repeating: 0, count: arriving.count)
            let kind = self.bottles[index].kind
            // Less than a nanolitre is rounding, not a delivery.
            guard liquid > 1e-6, kind != .pressurisedGas else { continue }
            var content: [String: Double] = [:]
            for species in 1..<arriving.count where arriving[species] > 1e-9 {
                content[self.species[species]] = arriving[species] / liquid
            }
            self.record(
                .arrived(
                    terminal: self.bottles[index].name,
                    volume: Volume(liquid, .millilitre),
                    content: content,
                    gas: Volume(arriving[0], .millilitre)
                )
            )
        }
    }
}
