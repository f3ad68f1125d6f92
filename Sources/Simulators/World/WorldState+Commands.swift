import DeviceKit

/// What devices are told to do, and faults from outside.
extension WorldState {
    // MARK: Pumps

    mutating func move(pump: Int, toFillLevel level: Volume, at flow: FlowRate) {
        let volume = self.syringes[pump].configuredVolumePerTravel
        let stroke = self.syringes[pump].stroke.in(.millimetre)
        self.start(
            pump,
            target: min(max(0, level.in(.millilitre) / volume), stroke),
            speed: flow.in(.millilitrePerSecond) / volume
        )
    }

    mutating func generate(pump: Int, flow: FlowRate) {
        let syringe = self.syringes[pump]
        self.start(
            pump,
            target: flow.si > 0 ? 0 : syringe.stroke.in(.millimetre),
            speed: abs(flow.in(.millilitrePerSecond)) / syringe.configuredVolumePerTravel
        )
    }

    /// - Parameters:
    ///   - target: of the counter, mm.
    ///   - speed: mm/s, positive.
    private mutating func start(_ pump: Int, target: Double, speed: Double) {
        guard self.syringes[pump].isEnabled, !self.syringes[pump].isFaulted else { return }
        self.halt(pump)
        let distance = target - self.syringes[pump].counted
        guard speed > 0, abs(distance) > 1e-12 else { return self.settle() }
        let magnitude = min(speed, Syringe.fastest)
        self.syringes[pump].start(.moving(target: target), speed: distance > 0 ? magnitude : -magnitude)
        self.motionBegan(pump)
    }

    mutating func reference(pump: Int) {
        guard self.syringes[pump].isEnabled, !self.syringes[pump].isFaulted else { return }
        self.halt(pump)
        self.syringes[pump].start(.referencing, speed: -Syringe.fastest / 2)
        self.motionBegan(pump)
    }

    private mutating func motionBegan(_ pump: Int) {
        self.disturb()
        self.settle()
        guard let blocked = self.plan.blocks(pump: pump),
            let valve = self.rotors.indices.first(where: {
                self.rotors[$0].isTurning && self.touches(valve: $0, reach: blocked.reach)
            })
        else { return }
        let name = self.rotors[valve].description.name
        self.record(.unsafe(device: name, reason: "\(self.syringes[pump].name) moves against the turning valve"))
    }

    mutating func stop(pump: Int) {
        self.halt(pump)
        self.settle()
    }

    /// Ends a motion where it is and records it.
    mutating func halt(_ pump: Int) {
        guard self.syringes[pump].motion != .none else { return }
        let syringe = self.syringes[pump]
        self.syringes[pump].rest()
        self.disturb()
        self.record(
            .pumpMoved(
                pump: syringe.name,
                from: Volume(syringe.motionStart * syringe.millilitresPerMillimetre, .millilitre),
                to: syringe.trueLevel
            )
        )
    }

    mutating func overload(_ pump: Int, reason: String) {
        self.halt(pump)
        self.syringes[pump].isFaulted = true
        self.syringes[pump].isEnabled = false
        self.record(.overload(pump: self.syringes[pump].name, reason: reason))
    }

    mutating func setEnabled(pump: Int, _ enabled: Bool) {
        if enabled {
            self.syringes[pump].isFaulted = false
        } else {
            self.halt(pump)
        }
        self.syringes[pump].isEnabled = enabled
        self.settle()
    }

    mutating func configure(pump: Int, innerDiameter: Length, stroke: Length) {
        self.syringes[pump].innerDiameter = innerDiameter
        self.syringes[pump].stroke = stroke
    }

    mutating func restore(pump: Int, positionCounter: Int) {
        self.halt(pump)
        self.syringes[pump].counted = -Double(positionCounter) / self.syringes[pump].countsPerMillimetre
        self.syringes[pump].isReferenced = true
        self.settle()
    }

    // MARK: Valves

    mutating func turn(valve: Int, to position: Int) {
        let rotor = self.rotors[valve]
        guard (1...rotor.description.portCount).contains(position), !rotor.sticks else { return }
        guard rotor.isTurning ? position != rotor.target : position != rotor.position else { return }
        if let pusher = self.pusher(through: valve) {
            self.record(.unsafe(device: rotor.description.name, reason: "turned while \(pusher) pushes through it"))
        }
        self.rotors[valve].target = position
        self.rotors[valve].remaining = max(rotor.description.turningTime.seconds, 1e-6)
        self.disturb()
        self.settle()
    }

    /// Who pushes or draws liquid or gas through a valve, or stands against it with a running drive.
    private func pusher(through valve: Int) -> String? {
        func isInside(_ segment: FlowPlan.Segment) -> Bool {
            guard case .rotary(valve, _) = self.network.edges[segment.edge].gate else { return false }
            return true
        }
        var sources = self.plan.blocked.filter { self.touches(valve: valve, reach: $0.reach) }.map(\.source)
        if let inside = self.plan.segments.first(where: isInside) {
            let joined = self.plan.nodes(joinedTo: inside, network: self.network)
            sources += self.plan.sources.filter { joined.contains($0.node) }
        }
        guard !sources.isEmpty else { return nil }
        return sources.map { $0.pump.map { self.syringes[$0].name } ?? "pressurised gas" }.joined(separator: ", ")
    }

    private func touches(valve: Int, reach: [Int]) -> Bool {
        let reached = Set(reach)
        return self.network.edges.contains { edge in
            guard case .rotary(let index, _) = edge.gate, index == valve else { return false }
            return reached.contains(edge.start) || reached.contains(edge.end)
        }
    }

    mutating func set(gasValve: Int, energised: Bool) {
        guard self.isEnergised[gasValve] != energised else { return }
        self.isEnergised[gasValve] = energised
        self.record(.relaySwitched(relay: self.description.gasValves[gasValve].name, energised: energised))
        self.disturb()
        self.settle()
    }

    mutating func set(cell: Int, on: Bool) {
        guard self.isCellOn[cell] != on else { return }
        self.isCellOn[cell] = on
        self.record(.cellSwitched(cell: self.description.cells[cell].name, on: on))
    }

    // MARK: Faults

    mutating func injectOverload(pump: Int) {
        self.record(.injected(device: self.syringes[pump].name, fault: "overload"))
        self.overload(pump, reason: "put in from outside")
        self.settle()
    }

    mutating func setSlipping(pump: Int, _ slips: Bool) {
        self.record(.injected(device: self.syringes[pump].name, fault: slips ? "slips" : "cured"))
        self.syringes[pump].slips = slips
        self.disturb()
        self.settle()
    }

    /// The drive loses its position, as an incremental encoder does with its power.
    mutating func cyclePower(pump: Int) {
        self.record(.injected(device: self.syringes[pump].name, fault: "power cycle"))
        self.halt(pump)
        self.syringes[pump].counted = 0
        self.syringes[pump].isReferenced = false
        self.syringes[pump].isFaulted = false
        self.syringes[pump].isEnabled = false
        self.settle()
    }

    mutating func setSticking(valve: Int, _ sticks: Bool) {
        self.record(.injected(device: self.rotors[valve].description.name, fault: sticks ? "sticks" : "cured"))
        self.rotors[valve].sticks = sticks
    }

    /// Somebody takes the liquid away.
    mutating func drain(bottle: Int) {
        self.record(.injected(device: self.bottles[bottle].name, fault: "emptied"))
        self.bottles[bottle].content = self.bottles[bottle].content.map { _ in 0 }
    }

    mutating func set(temperature: Temperature, ofCell cell: Int) { self.temperatures[cell] = temperature }
}
