public import DeviceKit
import Protocols

extension EposSyringePump {
    /// Moves in profile position mode and waits until the drive says that the target is reached and its position agrees.
    ///
    /// Throws `.unsafe` for a level or flow out of range, `.refused` when the drive has lost its position, `.faulted` on
    /// overload or following error, `.mismatch` when the plunger rests elsewhere, `.cancelled` after `stop()` or
    /// cancellation, and `.unknownOutcome` when the drive was lost on the way.
    public func move(toFillLevel level: Volume, at flow: FlowRate) async throws(DeviceError) -> Volume {
        let command = "move to \(level) at \(flow)"
        try self.checkRange(level, flow, command)
        let stopsBefore = self.stops
        return try await self.moves.pass(self.name, command) { () throws(DeviceError) in
            try await self.moveInTurn(to: level, at: flow, stopsBefore, command)
        }
    }

    private struct Goal {
        var counts: Int
        var velocity: Int
        var scale: EposScale
        /// Wall time by which the plunger must rest.
        var deadline: ContinuousClock.Instant
        /// Lab time that the motion takes by itself.
        var motion: Duration
    }

    private func moveInTurn(
        to level: Volume, at flow: FlowRate, _ stopsBefore: Int, _ command: String
    ) async throws(DeviceError) -> Volume {
        _ = await self.stopping?.value
        let scale = try await self.readyScale()
        let word = try await self.noticedStatusword()
        try await self.checkDrive(word, command)
        let start = try await self.read(EposObject.position)
        let goal = try self.goal(level, flow, from: start, scale, command)
        if abs(start - goal.counts) <= Self.trembling, word.state == .operationEnabled {
            let (position, isAtRest) = try await self.standstill()
            if isAtRest, abs(position - goal.counts) <= Self.trembling { return scale.level(position, self.syringe) }
        }
        guard self.stops == stopsBefore, !Task.isCancelled else { throw .givenUp(self.name, command) }
        let isOvertaken: @Sendable () async -> Bool = { [weak self] in await self?.stops != stopsBefore }
        var hasBegun = false
        do throws(DeviceError) {
            try await self.prepare(goal, isOvertaken)
            guard !Task.isCancelled else {
                throw self.error(.cancelled, command, "given up before it began", advice: "Nothing was moved.")
            }
            hasBegun = true
            try await self.startMove(isOvertaken)
            return try await self.followed(goal, stopsBefore, isOvertaken, command)
        } catch {
            if self.stops != stopsBefore { throw await self.stopped(command) }
            // What has been told to move is brought to rest before anything is said about it.
            guard hasBegun, error.code != .faulted, error.code != .mismatch, error.code != .cancelled else {
                throw error
            }
            throw await self.lost(error, command)
        }
    }

    private func prepare(_ goal: Goal, _ isOvertaken: @escaping @Sendable () async -> Bool) async throws(DeviceError) {
        try await self.enable(unless: isOvertaken)
        let writings: [(ObjectEntry, Int)] = [
            (EposObject.mode, DriveMode.profilePosition), (EposObject.profileVelocity, goal.velocity),
            (EposObject.acceleration, Self.acceleration), (EposObject.deceleration, Self.acceleration),
            (EposObject.targetPosition, goal.counts), (EposObject.controlword, Controlword.enable),
        ]
        for (entry, value) in writings { try await self.write(entry, value, unless: isOvertaken) }
    }

    /// Where an answer was lost, the same goal is given again: a place to go to, so nothing is done twice.
    private func startMove(_ isOvertaken: @escaping @Sendable () async -> Bool) async throws(DeviceError) {
        do throws(DeviceError) {
            try await self.begin(Controlword.startAbsolute, unless: isOvertaken)
        } catch  where error.code == .unknownOutcome {
            try await self.write(EposObject.controlword, Controlword.enable, unless: isOvertaken)
            try await self.begin(Controlword.startAbsolute, unless: isOvertaken)
        }
    }

    /// Waits for the acknowledgement, takes the set-point's bit back, and watches the motion to its end.
    private func followed(
        _ goal: Goal, _ stopsBefore: Int, _ isOvertaken: @escaping @Sendable () async -> Bool, _ command: String
    ) async throws(DeviceError) -> Volume {
        let taken = try await self.statusword(within: self.settling) {
            $0.isSetpointAcknowledged || $0.state != .operationEnabled
        }
        if taken.state == .operationEnabled {
            try await self.write(EposObject.controlword, Controlword.enable, unless: isOvertaken)
        }
        let arrival = self.clock.now.advanced(by: goal.motion)
        while true {
            if Task.isCancelled || self.stops != stopsBefore { throw await self.stopped(command) }
            let word = try await self.statusword()
            guard word.state == .operationEnabled else { throw await self.broken(off: word, goal, command) }
            if word.isFollowingError {
                throw await self.ended(.faulted, goal, command, "\(EposErrorCode.followingError)")
            }
            if word.isTargetReached, word.isSetpointAcknowledged == false {
                return try await self.arrived(goal, command)
            }
            guard ContinuousClock.now < goal.deadline else {
                throw await self.ended(.mismatch, goal, command, "the move did not end in time")
            }
            // Rarely while there is far to go, often towards the end.
            let left = self.clock.now.duration(to: arrival)
            await self.pause(min(.milliseconds(100), max(.milliseconds(10), left)))
        }
    }

    private func arrived(_ goal: Goal, _ command: String) async throws(DeviceError) -> Volume {
        let position = try await self.read(EposObject.position)
        self.lastPosition = position
        let level = goal.scale.level(position, self.syringe)
        guard (level - goal.scale.level(goal.counts, self.syringe)).magnitude <= self.tolerance else {
            throw self.error(
                .mismatch, command, "the drive says that its target is reached, but the plunger rests at \(level)",
                advice: "Look whether another program uses the drive, then read the level again.")
        }
        return level
    }

    /// The drive left its enabled state on the way.
    private func broken(off word: Statusword, _ goal: Goal, _ command: String) async -> DeviceError {
        let place = await self.place(goal.scale)
        guard word.state == .fault || word.state == .faultReaction else {
            return self.error(
                .unknownOutcome, command, "the drive is \(word.state.rawValue) in the middle of a move; \(place)",
                advice: "Look at the plunger and the pump's supply; the position may be lost.")
        }
        return await self.faulted(command, place)
    }

    private func ended(
        _ code: DeviceError.Code, _ goal: Goal, _ command: String, _ detail: String
    ) async -> DeviceError {
        do throws(DeviceError) {
            try await self.halt()
        } catch {
            return self.error(
                .unknownOutcome, command, "\(detail); a stop could not be confirmed (\(error.detail))",
                advice: "Look at the plunger; use the emergency stop if it moves.")
        }
        return self.error(
            code, command, "\(detail); \(await self.place(goal.scale))",
            advice: "Check for a blocked line or a closed valve.")
    }

    private func lost(_ cause: DeviceError, _ command: String) async -> DeviceError {
        do throws(DeviceError) {
            try await self.halt()
        } catch {
            return self.error(
                .unknownOutcome, command, "\(cause.detail); a stop could not be confirmed (\(error.detail))",
                advice: "Look at the plunger; use the emergency stop if it moves.")
        }
        return self.error(
            .unknownOutcome, command, "\(cause.detail); the drive was stopped",
            advice: "Read the fill level before going on. \(cause.advice)")
    }

    /// Brings the plunger to rest and says where it is.
    private func stopped(_ command: String) async -> DeviceError {
        do throws(DeviceError) {
            if let stopping { try await stopping.value.get() } else { try await self.halt() }
        } catch {
            return self.error(
                .unknownOutcome, command, "stopped on demand, but \(error.detail)",
                advice: "Look at the plunger; use the emergency stop if it moves.")
        }
        guard let scale = self.scale?.value else {
            return self.error(.cancelled, command, "stopped on demand", advice: "Read the fill level before going on.")
        }
        return self.error(
            .cancelled, command, "stopped on demand; \(await self.place(scale))",
            advice: "Reckon with the fill level read back when going on.")
    }

    private func place(_ scale: EposScale) async -> String {
        guard let position = try? await self.read(EposObject.position) else { return "its position cannot be read" }
        return "the plunger rests at \(scale.level(position, self.syringe))"
    }

    /// What CETONI's configurations give low-pressure pumps, in turns per minute and second.
    static let acceleration = 200_000
}

extension EposSyringePump {
    /// Refuses to move a drive that is not fit to.
    private func checkDrive(_ word: Statusword, _ command: String) async throws(DeviceError) {
        if word.state == .fault || word.state == .faultReaction {
            throw await self.faulted(command, "nothing was sent")
        }
        try self.checkReference(command)
    }

    /// Refuses what needs the position of a drive that has lost it.
    func checkReference(_ command: String) throws(DeviceError) {
        guard self.isReferenced == true || self.allowsUnreferenced else {
            throw self.positionLost(command)
        }
    }

    /// Position, velocity and time in the drive's units, within what the drive itself allows.
    private func goal(
        _ level: Volume, _ flow: FlowRate, from start: Int, _ scale: EposScale, _ command: String
    ) throws(DeviceError) -> Goal {
        let level = max(.zero, min(level, self.capacity))
        guard let counts = scale.counts(level, self.syringe), let wanted = scale.velocity(flow, self.syringe) else {
            throw self.error(
                .unsafe, command, "the drive cannot count so far", advice: "Check the syringe in the lab's description."
            )
        }
        guard wanted <= scale.greatestVelocity + 1 else {
            throw self.error(
                .unsafe, command, "the drive allows \(scale.fastestFlow(self.syringe)) at most",
                advice: "Choose a slower flow, or correct the flow limit in the configuration.")
        }
        if let positions = scale.positions, !positions.contains(counts) {
            throw self.error(
                .unsafe, command, "the drive itself allows \(positions) counts, the goal is at \(counts)",
                advice: "Check the syringe in the lab's description and the drive's software limits.")
        }
        let velocity = max(1, min(wanted, scale.greatestVelocity))
        let distance = (scale.level(counts, self.syringe) - scale.level(start, self.syringe)).magnitude
        let motion = distance / scale.flow(velocity, self.syringe)
        return Goal(
            counts: counts, velocity: velocity, scale: scale,
            deadline: .now + self.clock.wall(motion + .seconds(2)) + self.margin, motion: motion)
    }
}
