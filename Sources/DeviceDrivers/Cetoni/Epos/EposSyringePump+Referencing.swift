public import DeviceKit
import Protocols

extension EposSyringePump {
    /// The drive's position counter; kept by the site, it restores the position after a power cycle.
    public func positionCounter() async throws(DeviceError) -> Int {
        _ = try await self.readyScale()
        return try await self.read(EposObject.position)
    }

    public func lastPositionCounter() -> Int? { self.isReferenced == true ? self.lastPosition : nil }

    /// Gives a drive that lost its supply its position back, and enables it. Right only if the plunger was not moved
    /// meanwhile.
    ///
    /// Throws `.refused` for an absolute drive, which loses none.
    ///
    /// unverified: by homing method 35, “actual position”, with the counter as home position (2081).
    public func restore(positionCounter counter: Int) async throws(DeviceError) {
        let command = "restore the position counter \(counter)"
        try self.requireIncremental(command)
        try await self.homed(command, within: self.settling) { () throws(DeviceError) in
            try await self.write(EposObject.homingMethod, Self.actualPosition)
            try await self.write(EposObject.homePosition, counter)
        }
        let (position, _) = try await self.standstill()
        guard abs(position - counter) <= Self.trembling else {
            throw self.error(
                .mismatch, command, "the counter reads \(position)",
                advice: "Try again with the drive at rest, or do a reference move.")
        }
        self.isReferenced = true
    }

    /// Runs to the empty end and slightly beyond, to find the position anew. The syringe must be taken out first, so
    /// this is only for an operator. Takes up to a minute of lab time.
    ///
    /// Throws `.refused` for an absolute drive, which needs none.
    public func reference() async throws(DeviceError) {
        let command = "reference move"
        try self.requireIncremental(command)
        let limit = self.clock.wall(.seconds(62)) + self.margin
        try await self.homed(command, within: limit) { () throws(DeviceError) in
            let writings: [(ObjectEntry, Int)] = [
                (EposObject.homingMethod, Self.positiveLimitSwitch), (EposObject.homingSwitchSpeed, 2_000_000),
                (EposObject.homingZeroSpeed, 10_000), (EposObject.homingAcceleration, Self.acceleration),
                (EposObject.homeOffset, 20_000), (EposObject.homingCurrent, 200), (EposObject.homePosition, 0),
            ]
            for (entry, value) in writings { try await self.write(entry, value) }
        }
        _ = try await self.standstill()
        self.isReferenced = true
    }

    private func requireIncremental(_ command: String) throws(DeviceError) {
        guard self.family == .epos2 else {
            throw self.error(
                .refused, command, "the drive has an absolute encoder",
                advice: "Nothing is to be done; nothing was sent.")
        }
    }

    /// Methods of CiA 402.
    private static let positiveLimitSwitch = 18
    private static let actualPosition = 35

    private func homed(
        _ command: String, within limit: Duration, _ prepare: () async throws(DeviceError) -> Void
    ) async throws(DeviceError) {
        let stopsBefore = self.stops
        try await self.moves.pass(self.name, command) { () throws(DeviceError) in
            try await self.homedInTurn(command, within: limit, stopsBefore, prepare)
        }
    }

    private func homedInTurn(
        _ command: String, within limit: Duration, _ stopsBefore: Int, _ prepare: () async throws(DeviceError) -> Void
    ) async throws(DeviceError) {
        _ = await self.stopping?.value
        _ = try await self.readyScale()
        let isOvertaken: @Sendable () async -> Bool = { [weak self] in await self?.stops != stopsBefore }
        let word = try await self.noticedStatusword()
        if word.state == .fault { throw await self.faulted(command, "nothing was sent") }
        guard self.stops == stopsBefore, !Task.isCancelled else { throw .givenUp(self.name, command) }
        try await self.enable(unless: isOvertaken)
        try await self.write(EposObject.mode, DriveMode.homing, unless: isOvertaken)
        try await prepare()
        try await self.write(EposObject.controlword, Controlword.enable, unless: isOvertaken)
        let deadline = ContinuousClock.now + limit
        do throws(DeviceError) {
            try await self.begin(Controlword.startHoming, unless: isOvertaken)
            while true {
                if Task.isCancelled || self.stops != stopsBefore {
                    throw self.error(.cancelled, command, "stopped on demand", advice: "The position is not known now.")
                }
                let word = try await self.statusword()
                if word.state == .fault || word.state == .faultReaction {
                    throw await self.faulted(command, "the position is not known")
                }
                if word.isHomingError {
                    throw self.error(
                        .faulted, command, "the drive reports a homing error",
                        advice: "Check the limit switch, and that the syringe is out; then try again.")
                }
                if word.isHomingAttained, word.isTargetReached { break }
                guard ContinuousClock.now < deadline else {
                    throw self.error(
                        .mismatch, command, "it did not end in time", advice: "Look at the pump, then try again.")
                }
                await self.pause(.milliseconds(50))
            }
        } catch {
            self.isReferenced = self.family == .epos4
            try await self.halt()
            // Enabled, it would be trusted by whoever finds it next.
            if self.family == .epos2 { try await self.write(EposObject.controlword, Controlword.disableVoltage) }
            throw error
        }
        try await self.write(EposObject.controlword, Controlword.enable, unless: isOvertaken)
        try await self.write(EposObject.mode, DriveMode.profilePosition, unless: isOvertaken)
    }
}
