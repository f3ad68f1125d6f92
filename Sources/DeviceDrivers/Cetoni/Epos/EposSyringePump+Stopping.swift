public import DeviceKit
import Protocols

extension EposSyringePump {
    /// Halts the drive at once, whatever else is under way, turns waiting moves away, and waits until it stands. The
    /// interrupted move throws `.cancelled`. It goes on when the calling task is cancelled.
    ///
    /// On a CAN bus it breaks into the exchange in flight; on a serial line it is the next to go out.
    ///
    /// Throws `.unknownOutcome` when a standstill does not show, and what the line came back with otherwise.
    public func stop() async throws(DeviceError) {
        self.stops += 1
        try await self.halt()
    }

    /// What `stop` does, for a move that ends itself.
    func halt() async throws(DeviceError) {
        let halt = ObjectAccess(
            device: self.name, node: self.node, entry: EposObject.controlword, value: Controlword.halt, priority: .stop)
        // Whatever comes of it, the same goes out again in turn, behind what may have been on its way already.
        _ = try? self.bus.interrupt(halt)
        let stopping = Task { () -> Result<Void, DeviceError> in
            do throws(DeviceError) {
                return .success(try await self.halted(by: halt))
            } catch {
                return .failure(error)
            }
        }
        self.stopping = stopping
        let result = await stopping.value
        if self.stopping == stopping { self.stopping = nil }
        try result.get()
    }

    private func halted(by halt: ObjectAccess) async throws(DeviceError) {
        try await self.send(halt)
        await self.moves.turnAllAway()
        let word = try await self.statusword(priority: .stop)
        guard word.state == .operationEnabled || word.state == .quickStopActive else { return }
        let deadline = ContinuousClock.now + self.settling
        while try await !self.standstill(priority: .stop).isAtRest {
            guard ContinuousClock.now >= deadline else { continue }
            var detail = "the drive took the halt, but its position still changes"
            // All the more, whatever pushes it.
            do throws(DeviceError) { try await self.forgetTarget() } catch { detail += "; \(error.detail)" }
            throw self.error(
                .unknownOutcome, "halt", detail, advice: "Use the emergency stop if the plunger moves.")
        }
        try await self.forgetTarget()
    }

    /// The order to stop is worth another try where the line is out of step, or taken by others that stop.
    private func send(_ halt: ObjectAccess) async throws(DeviceError) {
        for attempt in 1... {
            do throws(DeviceError) {
                _ = try await self.bus.perform(halt)
                return
            } catch  where attempt < 3 && [.garbled, .timedOut, .busy].contains(error.code) {
                continue
            }
        }
    }

    /// Makes the place where the drive stands its target, so that ending the halt cannot resume the old move. What the
    /// firmware would do otherwise is not published.
    private func forgetTarget() async throws(DeviceError) {
        let position = try await self.read(EposObject.position, priority: .stop)
        try await self.write(EposObject.mode, DriveMode.profilePosition, priority: .stop)
        try await self.write(EposObject.targetPosition, position, priority: .stop)
        try await self.write(EposObject.controlword, Controlword.startAbsolute, priority: .stop)
        try await self.write(EposObject.controlword, Controlword.enable, priority: .stop)
    }
}
