public import DeviceKit
import SiLA2

extension SiLASyringePump {
    /// Sends `StopDosage` at once, whatever else is under way, turns waiting moves away, and waits until the flow is
    /// zero. The interrupted move throws `.cancelled`.
    ///
    /// Throws `.unknownOutcome` when a standstill does not show, and what the call came back with otherwise. It goes
    /// on when the calling task is cancelled.
    public func stop() async throws(DeviceError) {
        self.stops += 1
        try await Task { () -> Result<Void, DeviceError> in await self.stopNow() }.value.get()
    }

    private func stopNow() async -> Result<Void, DeviceError> {
        await self.moves.turnAllAway()
        if let error = await self.halted() { return .failure(error) }
        guard let session = self.session, await session.isOpen else { return .success(()) }
        if await session.readings.first(within: self.settling, where: \.isAtRest) != nil { return .success(()) }
        let error = self.error(
            .unknownOutcome, "StopDosage", "the server took the stop, but still reports a flow",
            advice: "Use the emergency stop if the plunger moves.")
        return .failure(await session.failure("StopDosage", otherwise: error))
    }

    /// Sends stops until the move under way has ended; gives the error if a stop could not be sent.
    ///
    /// One is not enough: the order of two calls under way is the server's, and a server forgets a stop that comes in
    /// the pause of 0.25 s which it makes before each dose.
    func halted() async -> DeviceError? {
        do throws(DeviceError) {
            try await self.sendStop()
            guard let move = self.underWay, let session = self.session else { return nil }
            if let initiation = self.initiation {
                _ = await initiation.value
                try await self.sendStop()
            }
            let ended = await session.readings.latest.movesEnded
            let limit = ContinuousClock.now + self.settling
            let step = max(self.clock.wall(.milliseconds(150)), .milliseconds(2))
            while self.underWay == move, ContinuousClock.now < limit {
                _ = await session.readings.first(within: step) { $0.movesEnded > ended }
                if self.underWay == move { try await self.sendStop() }
            }
            return nil
        } catch {
            return error
        }
    }

    private func sendStop() async throws(DeviceError) {
        do {
            let _: Dosing.StopDosage.Output = try await self.connection.call(
                Dosing.StopDosage.descriptor, Dosing.StopDosage.Input(), within: .seconds(2))
        } catch {
            throw error.error(device: self.name, command: "StopDosage")
        }
    }

    /// Stops the plunger and reads where it came to rest, in mL. Nil when that cannot be known.
    func brought(toRest session: SiLASession<PumpReadings>) async -> Double? {
        await Task { () -> Double? in
            do throws(DeviceError) {
                try await self.sendStop()
            } catch {
                return nil
            }
            guard let rest = await session.readings.first(within: self.settling, where: \.isAtRest) else { return nil }
            // The flow may be known to be zero before the last fill level is.
            let heard = rest.fillLevelsHeard
            let later = await session.readings.first(within: self.clock.wall(.milliseconds(250))) {
                $0.fillLevelsHeard > heard
            }
            return await session.isOpen ? (later ?? rest).fillLevel : nil
        }.value
    }

    /// Stops the plunger and says where it is.
    func ended(
        _ move: PumpMove, _ code: DeviceError.Code, _ detail: String, advice: String
    ) async -> DeviceError {
        guard let level = await self.brought(toRest: move.session) else {
            return self.error(
                .unknownOutcome, move.command, "\(detail); a stop could not be confirmed",
                advice: "Look at the plunger; use the emergency stop if it moves. \(advice)")
        }
        return self.error(code, move.command, "\(detail); the plunger rests at \(self.text(level))", advice: advice)
    }

    func stopped(_ move: PumpMove) async -> DeviceError {
        await self.ended(
            move, .cancelled, "stopped on demand",
            advice: "Reckon with the fill level read back when going on.")
    }

    func faulted(_ move: PumpMove) async -> DeviceError {
        await self.ended(
            move, .faulted, "the drive reports a fault (overload or blockage)",
            advice: self.adviceForFault())
    }

    /// The execution ended with an error: the plunger may still be moving.
    func failed(_ move: PumpMove, _ execution: SiLACommandExecutionUUID) async -> DeviceError {
        let level = await self.brought(toRest: move.session)
        let isFaulted = await move.session.readings.first(within: self.clock.wall(.milliseconds(250))) {
            $0.isFaulted == true
        }
        var failure = SiLAFailure.undefined(message: "the execution ended with an error")
        do throws(SiLAFailure) {
            let _: Dosing.SetFillLevel_Result.Output = try await self.connection.call(
                Dosing.SetFillLevel_Result.descriptor, execution)
        } catch {
            failure = error
        }
        if isFaulted != nil { return await self.faulted(move) }
        let error = failure.error(device: self.name, command: move.command)
        guard let level else {
            return self.error(
                .unknownOutcome, move.command, "\(error.detail); a stop could not be confirmed",
                advice: "Look at the plunger; use the emergency stop if it moves.")
        }
        guard abs(level - move.start) > self.tolerance.in(.millilitre) else { return error }
        return self.error(
            error.code == .faulted ? .faulted : .mismatch, move.command,
            "\(error.detail); the plunger rests at \(self.text(level))", advice: error.advice)
    }

    private func text(_ level: Double) -> String { "\(Volume(level, .millilitre))" }
}
