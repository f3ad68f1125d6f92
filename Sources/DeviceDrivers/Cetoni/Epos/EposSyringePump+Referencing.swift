public import DeviceKit
import Protocols

extension EposSyringePump {
    /// The drive's position counter; kept by the site, it restores the position after a power cycle.
    public func positionCounter() async throws(DeviceError) -> Int {
        _ = try await self.readyScale()
        return try await self.read(EposObject.position)
    }

    /// Gives a drive that lost its supply its position back, and enables it. Right only if the plunger was not moved
    /// meanwhile.
    ///
    /// unverified: by homing method 35, “actual position”, with the counter as home position (2081).
    public func restore(positionCounter counter: Int) async throws(DeviceError) {
        let command = "restore the position counter \(counter)"
        try await self.homed(command, within: self.settling) { () throws(DeviceError) in
            try await self.write(EposObject.homingMethod, Self.actualPosition)
            try await self.write(EposObject.homePosition, counter)
        }
        let position = try await self.read(EposObject.position)
        guard abs(position - counter) <= 1 else {
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
        guard self.family == .epos2 else {
            throw self.error(
                .refused, command, "the drive has an absolute encoder",
                advice: "Nothing is to be done; nothing was sent.")
        }
        let limit = self.clock.wall(.seconds(62)) + self.margin
        try await self.homed(command, within: limit) { () throws(DeviceError) in
            let writings: [(ObjectEntry, Int)] = [
                (EposObject.homingMethod, Self.positiveLimitSwitch), (EposObject.homingSwitchSpeed, 2_000_000),
                (EposObject.homingZeroSpeed, 10_000), (EposObject.homingAcceleration, Self.acceleration),
                (EposObject.homeOffset, 20_000), (EposObject.homingCurrent, 200), (EposObject.homePosition, 0),
            ]
            for (entry, value) in writings { try await self.write(entry, value) }
        }
        self.isReferenced = true
    }

    /// Methods of CiA 402.
    private static let positiveLimitSwitch = 18
    private static let actualPosition = 35

    private func homed(
        _ command: String, within limit: Duration, _ prepare: () async throws(DeviceError) -> Void
    ) async throws(DeviceError) {
        guard await self.moves.enter() else {
            throw self.error(.cancelled, command, "given up before it began", advice: "Nothing was sent.")
        }
        let result: Result<Void, DeviceError>
        do throws(DeviceError) {
            result = .success(try await self.homedInTurn(command, within: limit, prepare))
        } catch {
            result = .failure(error)
        }
        await self.moves.leave()
        try result.get()
    }

    private func homedInTurn(
        _ command: String, within limit: Duration, _ prepare: () async throws(DeviceError) -> Void
    ) async throws(DeviceError) {
        _ = await self.stopping?.value
        _ = try await self.readyScale()
        let stopsBefore = self.stops
        let isOvertaken: @Sendable () async -> Bool = { [weak self] in await self?.stops != stopsBefore }
        let word = try await self.statusword()
        self.noticePower(word)
        if word.state == .fault { throw await self.faulted(command, "nothing was sent") }
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
