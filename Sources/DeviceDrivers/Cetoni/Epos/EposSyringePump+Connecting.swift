import DeviceKit
import Protocols

extension EposSyringePump {
    /// What the drive's counts mean, read again after each opening of the line.
    func readyScale() async throws(DeviceError) -> EposScale {
        if let scale, scale.opening == self.bus.openings { return scale.value }
        try await self.checkDrive()
        let scale = try await self.readScale()
        try await self.checkForceMonitor()
        self.scale = (scale, self.bus.openings)
        return scale
    }

    /// Nothing is written to what is no servo drive of maxon's.
    func checkDrive() async throws(DeviceError) {
        let type = try await self.read(EposObject.deviceType)
        let vendor = try await self.read(EposObject.vendor)
        guard type == EposObject.servoDrive, vendor == EposObject.maxon else {
            throw self.error(
                .misconfigured, "identify",
                "node \(self.node) says device type 0x\(String(type, radix: 16)), vendor 0x\(String(vendor, radix: 16)); a "
                    + "maxon servo drive says 0x20192 and 0xfb",
                advice: "Correct `node-id` in the lab's description; nothing was written to this node.")
        }
    }

    private func readScale() async throws(DeviceError) -> EposScale {
        let counts: Double
        let numerator: Int
        let denominator: Int
        let unit: Double
        switch self.family {
        case .epos2:
            counts = 4 * Double(try await self.read(EposObject.encoderPulses))
            numerator = try await self.read(EposObject.gearNumeratorEpos2)
            denominator = try await self.read(EposObject.gearDenominatorEpos2)
            let exponent = try await self.read(EposObject.velocityExponent)
            guard let known = [0: 1.0, -1: 1e-1, -2: 1e-2, -3: 1e-3][exponent] else {
                throw self.unusable("velocity notation \(exponent)")
            }
            unit = known
        case .epos4:
            counts = Double(try await self.read(EposObject.encoderCounts))
            numerator = try await self.read(EposObject.gearNumerator)
            denominator = try await self.read(EposObject.gearDenominator)
            let velocity = try await self.read(EposObject.velocityUnit)
            guard velocity == EposObject.milliTurnsPerMinute else {
                throw self.unusable("velocity unit 0x\(String(velocity, radix: 16))")
            }
            unit = 1e-3
        }
        guard counts > 0, numerator > 0, denominator > 0 else {
            throw self.unusable("\(counts) counts per turn, gear \(numerator)/\(denominator)")
        }
        let greatest = try await self.read(EposObject.greatestVelocity)
        let least = try await self.read(EposObject.leastPosition)
        let most = try await self.read(EposObject.greatestPosition)
        return EposScale(
            countsPerTurn: counts, gear: Double(numerator) / Double(denominator), turnsPerMinute: unit,
            greatestVelocity: greatest, positions: least < most ? least...most : nil)
    }

    private func unusable(_ what: String) -> DeviceError {
        self.error(
            .misconfigured, "read the drive's scale", "the drive says \(what), with which no volume can be reckoned",
            advice: "Restore the pump's parameters with CETONI Elements.")
    }

    /// Nemesys S and M stop at too great a force; without that watch they break syringes.
    private func checkForceMonitor() async throws(DeviceError) {
        guard self.family == .epos4 else { return }
        guard try await self.read(EposObject.forceMonitor) & 1 == 0 else {
            throw self.error(
                .unsafe, "read force monitoring", "the pump's force monitoring is switched off",
                advice: "Switch it on with CETONI Elements; nothing was moved.")
        }
    }

    /// Brings the drive from any state without a fault to `operation enabled`. Nothing moves.
    func enable(unless isOvertaken: @escaping @Sendable () async -> Bool = { false }) async throws(DeviceError) {
        let steps: [(word: Int, states: Set<DriveState>)] = [
            (Controlword.shutDown, [.readyToSwitchOn]), (Controlword.switchOn, [.switchedOn, .operationEnabled]),
            (Controlword.enable, [.operationEnabled]),
        ]
        guard try await self.statusword().state != .operationEnabled else { return }
        for step in steps {
            try await self.write(EposObject.controlword, step.word, unless: isOvertaken)
            let word = try await self.statusword(within: self.settling) {
                step.states.contains($0.state) || $0.state == .fault
            }
            guard step.states.contains(word.state) else {
                if word.state == .fault { throw await self.faulted("enable", "it cannot be enabled") }
                throw self.error(
                    .refused, "enable", "the drive stays \(word.state.rawValue)",
                    advice: "Check the supply of the pump and its enabling input.")
            }
        }
    }
}
