import DeviceKit

/// Resolving where everything flows, and carrying contents along.
extension WorldState {
    /// Marks the flows as changed by something; they are resolved anew before time goes on.
    mutating func disturb() { self.isPlanStale = true }

    /// Resolves the flows anew if anything changed, lets pressure off where a way has opened, and records deliveries
    /// that ended.
    mutating func settle() {
        guard self.isPlanStale else { return }
        self.isPlanStale = false
        self.relievePressure()
        var sources: [FlowPlan.Source] = []
        for (index, syringe) in self.syringes.enumerated()
        where syringe.displacement != 0 && !syringe.secondsOfSlack.isFinite {
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
    mutating func carry(_ plan: FlowPlan, for seconds: Double) {
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
