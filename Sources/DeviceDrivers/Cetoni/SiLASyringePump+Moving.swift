public import DeviceKit
import GRPCCore
import SiLA2

extension SiLASyringePump {
    /// Moves by `SetFillLevel` and waits until the fill level read back says that the plunger is there and rests.
    ///
    /// Throws `.unsafe` for a level or flow out of range, `.refused` when the drive is disabled or unreferenced,
    /// `.faulted` on overload, `.mismatch` when the plunger rests elsewhere, `.cancelled` after `stop()` or
    /// cancellation, and `.unknownOutcome` when the server was lost on the way.
    public func move(toFillLevel level: Volume, at flow: FlowRate) async throws(DeviceError) -> Volume {
        let command = "SetFillLevel \(level) at \(flow)"
        try self.checkRange(level, flow, command)
        let stopsBefore = self.stops
        return try await self.moves.pass(self.name, command) { () throws(DeviceError) in
            try await self.moveInTurn(to: level, at: flow, stopsBefore, command)
        }
    }

    private func moveInTurn(
        to level: Volume, at flow: FlowRate, _ stopsBefore: Int, _ command: String
    ) async throws(DeviceError) -> Volume {
        var (session, readings) = try await self.freshReadings(command)
        try self.checkDrive(readings, command)
        readings = try await self.ensureSettings(session, readings, command)
        let goal = try await self.wireGoal(level, flow, session, command)
        let start = readings.fillLevel ?? 0
        if abs(start - goal.level) <= self.capacity.in(.millilitre) * 1e-5, readings.isAtRest {
            return Volume(start, .millilitre)
        }
        guard self.stops == stopsBefore, !Task.isCancelled else { throw .givenUp(self.name, command) }
        let move = PumpMove(
            session: session, command: command, start: start, goal: goal.level, stopsBefore: stopsBefore,
            deadline: .now + self.clock.wall(.seconds(abs(start - goal.level) / goal.flow + 2)) + self.margin)
        let execution: SiLACommandExecutionUUID
        let ending: PumpMove.Ending
        self.movesSent += 1
        self.underWay = self.movesSent
        do throws(DeviceError) {
            execution = try await self.begin(move, goal)
            ending = await self.followedUnlessCancelled(move, execution)
        } catch {
            await self.noteEnd(of: move)
            throw error
        }
        await self.noteEnd(of: move)
        if Task.isCancelled || self.stops != stopsBefore {
            throw await self.stopped(move)
        }
        return try await self.concluded(move, execution, ending)
    }

    private func noteEnd(of move: PumpMove) async {
        self.underWay = nil
        await move.session.readings.change { $0.movesEnded += 1 }
    }

    /// Cancelling does not break off the watching: it stops the plunger, which ends the execution.
    private func followedUnlessCancelled(
        _ move: PumpMove, _ execution: SiLACommandExecutionUUID
    ) async -> PumpMove.Ending {
        let following = Task { await self.followed(move, execution) }
        return await withTaskCancellationHandler {
            await following.value
        } onCancel: {
            Task {
                _ = await self.halted()
                following.cancel()
            }
        }
    }

    /// Sends the command. Its call is not cancelled with the task: a stop that overtakes it would be lost.
    private func begin(
        _ move: PumpMove, _ goal: (level: Double, flow: Double)
    ) async throws(DeviceError) -> SiLACommandExecutionUUID {
        var request = Dosing.SetFillLevel.Input()
        request.fillLevel.value = goal.level
        request.flowRate.value = goal.flow
        let initiation = Task { [connection, request] () -> Result<SiLACommandConfirmation, SiLAFailure> in
            do throws(SiLAFailure) {
                return .success(try await connection.call(Dosing.SetFillLevel.descriptor, request))
            } catch {
                return .failure(error)
            }
        }
        self.initiation = initiation
        let result = await initiation.value
        self.initiation = nil
        switch result {
        case .success(let confirmation): return confirmation.commandExecutionUuid
        case .failure(let failure):
            if !failure.isRefusal { _ = await self.brought(toRest: move.session) }
            throw failure.error(device: self.name, command: move.command, mayHaveMoved: true)
        }
    }

    /// Watches the execution until it ends, the drive faults, the server is lost or the time is up.
    private func followed(_ move: PumpMove, _ execution: SiLACommandExecutionUUID) async -> PumpMove.Ending {
        let left = ContinuousClock.now.duration(to: move.deadline)
        return await withTaskGroup(of: PumpMove.Ending?.self) { group in
            group.addTask { [connection] in
                do throws(SiLAFailure) {
                    let last: SiLAExecutionInfo? = try await connection.follow(
                        Dosing.SetFillLevel_Info.descriptor, execution, within: left
                    ) { (info: SiLAExecutionInfo) in info.hasEnded }
                    guard let last, last.hasEnded else {
                        return .lost(.transport(.unavailable, message: "the server ended the execution's report"))
                    }
                    return last.commandStatus == .finishedSuccessfully ? .finished : .failed
                } catch {
                    return error.isDeadline ? .outOfTime : .lost(error)
                }
            }
            group.addTask {
                let fault = await move.session.readings.first(within: left) { $0.isFaulted == true }
                return fault == nil ? nil : .faulted
            }
            // The watch for faults ends with nil when the session ends or the task is cancelled; the execution's own
            // report then ends too, and tells why.
            while let ending = await group.next() {
                guard let ending else { continue }
                group.cancelAll()
                return ending
            }
            return .outOfTime
        }
    }

    private func concluded(
        _ move: PumpMove, _ execution: SiLACommandExecutionUUID, _ ending: PumpMove.Ending
    ) async throws(DeviceError) -> Volume {
        switch ending {
        case .finished: return try await self.verified(move)
        case .failed: throw await self.failed(move, execution)
        case .faulted: throw await self.faulted(move)
        case .outOfTime:
            throw await self.ended(
                move, .mismatch, "the move did not end in time",
                advice: "Check for a blocked line or a closed valve, and the server's log.")
        case .lost(let failure):
            if failure.isRefusal {
                throw await self.ended(
                    move, .unknownOutcome, "the server lost track of the move (\(failure))",
                    advice: "The server may have been restarted: look at the plunger before going on.")
            }
            _ = await self.brought(toRest: move.session)
            throw failure.error(device: self.name, command: move.command, mayHaveMoved: true)
        }
    }

    /// “Finished successfully” is believed only when the fill level says so. The first values after a command can be
    /// old ones, and some servers say it while the plunger still moves.
    private func verified(_ move: PumpMove) async throws(DeviceError) -> Volume {
        let tolerance = self.tolerance.in(.millilitre)
        let isThere: @Sendable (PumpReadings) -> Bool = {
            $0.isFaulted == true || ($0.isFillLevel(move.goal, within: tolerance) && $0.isAtRest)
        }
        var seen = await move.session.readings.first(within: self.settling, where: isThere)
        if seen == nil, await !move.session.readings.latest.isAtRest {
            seen = await move.session.readings.first(
                within: ContinuousClock.now.duration(to: move.deadline), where: isThere)
        }
        if Task.isCancelled || self.stops != move.stopsBefore { throw await self.stopped(move) }
        guard let seen else {
            if let failure = await move.session.readings.failure {
                _ = await self.brought(toRest: move.session)
                throw failure.error(device: self.name, command: move.command, mayHaveMoved: true)
            }
            throw await self.ended(
                move, .mismatch, "the server says finished, but the plunger is not there",
                advice: "Look whether another program used the pump, and at the fluid path; then read the level again.")
        }
        if seen.isFaulted == true { throw await self.faulted(move) }
        return Volume(seen.fillLevel ?? 0, .millilitre)
    }
}
