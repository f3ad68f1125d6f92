import DeviceKit
import Protocols

/// What a controlword does: transitions of CiA 402, and the start and halt of motions.
extension SimulatedEposDrive {
    private static let newSetpoint = 1 << 4
    private static let relative = 1 << 6
    private static let resetFault = 1 << 7
    private static let halt = 1 << 8

    func take(controlword word: Int) async {
        let before = self.controlword
        self.controlword = word
        self.follow(await self.model.state())
        if self.state == .fault {
            guard word & Self.resetFault != 0, before & Self.resetFault == 0 else { return }
            // The model clears a fault by being enabled.
            await self.model.enable()
            await self.model.disable()
            self.state = .switchOnDisabled
            self.target = nil
            return
        }
        await self.changeState(word)
        guard self.state == .operationEnabled else { return }
        await self.halt(word, before)
        if word & Self.newSetpoint == 0 { self.isAcknowledged = false }
        guard word & Self.newSetpoint != 0, before & Self.newSetpoint == 0, word & Self.halt == 0 else { return }
        switch self.mode {
        case DriveMode.profilePosition: await self.takeSetpoint(isRelative: word & Self.relative != 0)
        case DriveMode.homing: await self.home()
        default: break
        }
    }

    private func changeState(_ word: Int) async {
        switch (word & 0x0F, self.state) {
        case (let low, _) where low & 0x02 == 0: await self.switchOff(to: .switchOnDisabled)
        case (let low, .operationEnabled) where low & 0x04 == 0:
            self.target = nil
            await self.stopMotion()
            self.state = .quickStopActive
        case (let low, _) where low & 0x04 == 0: await self.switchOff(to: .switchOnDisabled)
        case (0x06, _): await self.switchOff(to: .readyToSwitchOn)
        case (0x07, .readyToSwitchOn): self.state = .switchedOn
        case (0x07, .operationEnabled): await self.switchOff(to: .switchedOn)
        case (0x0F, .readyToSwitchOn), (0x0F, .switchedOn), (0x0F, .quickStopActive):
            await self.model.enable()
            self.state = .operationEnabled
        default: break
        }
    }

    private func switchOff(to state: DriveState) async {
        self.motions += 1
        self.target = nil
        self.halted = nil
        await self.model.disable()
        self.state = state
    }

    /// Ending a halt resumes the old move: what real firmware does is not published, and this is the worst.
    private func halt(_ word: Int, _ before: Int) async {
        if word & Self.halt != 0 {
            guard before & Self.halt == 0, !self.faults.ignoresHalts else { return }
            self.halted = self.target
            await self.stopMotion()
        } else if before & Self.halt != 0, let target = self.halted {
            self.halted = nil
            if word & Self.newSetpoint == 0 { await self.move(to: target) }
        }
    }

    private func takeSetpoint(isRelative: Bool) async {
        self.isAcknowledged = true
        let written = EposObject.targetPosition.value(ofRaw: self.parameters[EposObject.targetPosition.address] ?? 0)
        await self.move(to: isRelative ? await self.model.state().positionCounter + written : written)
    }

    private func move(to target: Int) async {
        let pump = await self.model.state()
        self.target = target
        self.halted = nil
        guard !self.faults.isStuck, !self.faults.lies else { return }
        let scale = Scale(pump)
        let velocity = self.parameters[EposObject.profileVelocity.address] ?? 0
        let fastest = scale.velocity(pump.maximumFlow)
        self.start(scale.level(target), scale.flow(min(Double(velocity), fastest)))
    }

    /// The line is not kept waiting where pumps of a fast lab are gathered to start together.
    private func start(_ level: Volume, _ flow: FlowRate) {
        self.motions += 1
        let motion = self.motions
        Task {
            guard self.motions == motion else { return }
            await self.model.move(toFillLevel: level, at: flow)
            if self.motions != motion, self.target == nil || self.halted != nil { await self.model.stop() }
        }
    }

    private func stopMotion() async {
        self.motions += 1
        await self.model.stop()
    }

    private func home() async {
        self.homing = .running
        let method = EposObject.homingMethod.value(ofRaw: self.parameters[EposObject.homingMethod.address] ?? 0)
        switch method {
        case 35:
            let position = self.parameters[EposObject.homePosition.address] ?? 0
            await self.model.restore(positionCounter: EposObject.homePosition.value(ofRaw: position))
            self.homing = .attained
        case 17, 18:
            if self.faults.failsHoming { self.homing = .failed } else { await self.model.reference() }
        default: self.homing = .failed
        }
    }

    /// The simulated drive's own gear: 1000 pulses for each turn, and the rest by the gear.
    struct Scale {
        static let pulses = 1000.0
        static let denominator = 16.0
        let volumePerCount: Double
        let gear: Double
        private let capacity: Volume

        init(_ pump: SyringePumpModelState) {
            let diameter = pump.innerDiameter.in(.millimetre)
            let microlitresPerMillimetre = Double.pi / 4 * diameter * diameter
            self.gear = SimulatedEposDrive.countsPerMillimetre / (4 * Self.pulses)
            self.volumePerCount = microlitresPerMillimetre / SimulatedEposDrive.countsPerMillimetre
            self.capacity = pump.capacity
        }

        func level(_ counts: Int) -> Volume { Volume(-Double(counts) * self.volumePerCount, .microlitre) }
        func counts(_ level: Volume) -> Int { Int((-level.in(.microlitre) / self.volumePerCount).rounded()) }
        private var flowPerVelocity: Double {
            self.volumePerCount * SimulatedEposDrive.countsPerMillimetre / (60_000 * self.gear)
        }
        /// Thousandths of a turn per minute.
        func flow(_ velocity: Double) -> FlowRate { FlowRate(velocity * self.flowPerVelocity, .microlitrePerSecond) }
        func velocity(_ flow: FlowRate) -> Double { flow.in(.microlitrePerSecond) / self.flowPerVelocity }
        var range: ClosedRange<Int> { self.counts(self.capacity) - 1...0 }
    }

    /// Those of the simulated world's pumps.
    static let countsPerMillimetre = 56_250.0
}
