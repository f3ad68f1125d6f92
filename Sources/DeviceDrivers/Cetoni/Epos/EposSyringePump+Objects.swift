import DeviceKit
import Protocols

/// Reading and writing the drive's objects.
extension EposSyringePump {
    /// Readings are asked again where the line went out of step: asking changes nothing.
    func read(_ entry: ObjectEntry, priority: LinkPriority = .run) async throws(DeviceError) -> Int {
        let access = ObjectAccess(device: self.name, node: self.node, entry: entry, priority: priority)
        do throws(DeviceError) {
            return try await self.bus.perform(access)
        } catch  where error.code == .garbled || error.code == .timedOut {
            return try await self.bus.perform(access)
        }
    }

    /// Writes what moves nothing by itself; it is written again where the line went out of step.
    func write(
        _ entry: ObjectEntry, _ value: Int, priority: LinkPriority = .run,
        unless isOvertaken: @escaping @Sendable () async -> Bool = { false }
    ) async throws(DeviceError) {
        let access = ObjectAccess(
            device: self.name, node: self.node, entry: entry, value: value, priority: priority,
            isWanted: { await !isOvertaken() })
        do throws(DeviceError) {
            _ = try await self.bus.perform(access)
        } catch  where error.code == .garbled || error.code == .timedOut {
            _ = try await self.bus.perform(access)
        }
    }

    /// Writes what begins a motion, once; silence leaves open whether it began.
    func begin(
        _ controlword: Int, unless isOvertaken: @escaping @Sendable () async -> Bool
    ) async throws(DeviceError) {
        _ = try await self.bus.perform(
            ObjectAccess(
                device: self.name, node: self.node, entry: EposObject.controlword, value: controlword,
                silence: .unknownOutcome, isWanted: { await !isOvertaken() }))
    }

    func statusword(priority: LinkPriority = .run) async throws(DeviceError) -> Statusword {
        Statusword(UInt16(truncatingIfNeeded: try await self.read(EposObject.statusword, priority: priority)))
    }

    /// The statusword, noticing whether the drive has kept its power.
    func noticedStatusword() async throws(DeviceError) -> Statusword {
        let clearingsBefore = self.clearings
        let word = try await self.statusword()
        // Whoever clears a fault switches the drive off and on again, which takes it no supply.
        if self.clearings == clearingsBefore, clearingsBefore.isMultiple(of: 2) { self.noticePower(word) }
        return word
    }

    /// Notices that an incremental drive has lost its position: only a host enables a drive, so one that is found switched off
    /// may have been without power, and counts from wherever it stands.
    private func noticePower(_ word: Statusword) {
        switch (self.family, word.state) {
        case (.epos4, _): self.isReferenced = true
        case (.epos2, .switchOnDisabled), (.epos2, .notReady): self.isReferenced = false
        case (.epos2, _): self.isReferenced = self.isReferenced ?? true
        }
    }

    /// The statusword once it meets a condition, or the last one when `limit` of wall time is over.
    func statusword(
        within limit: Duration, priority: LinkPriority = .run, where isMet: (Statusword) -> Bool
    ) async throws(DeviceError) -> Statusword {
        let deadline = ContinuousClock.now + limit
        while true {
            let word = try await self.statusword(priority: priority)
            if isMet(word) || ContinuousClock.now >= deadline { return word }
            await self.pause(.milliseconds(10))
        }
    }

    /// Where the plunger is, and whether it stands: a servo at rest trembles by a count, and its velocity is never quite zero.
    /// Between the two readings the slowest piston makes six counts.
    func standstill(priority: LinkPriority = .run) async throws(DeviceError) -> (position: Int, isAtRest: Bool) {
        let first = try await self.read(EposObject.position, priority: priority)
        // As long in a cancelled task: what is at rest only because nobody waited may still move.
        await Task { await self.pause(.milliseconds(100)) }.value
        let position = try await self.read(EposObject.position, priority: priority)
        self.lastPosition = position
        return (position, abs(position - first) <= Self.trembling)
    }

    /// By how many counts two readings of a plunger at rest may differ.
    static let trembling = 2

    /// Waits for lab time, at least a little of wall time; ends early when the task is cancelled.
    func pause(_ duration: Duration) async {
        try? await Task.sleep(for: max(self.clock.wall(duration), .milliseconds(2)))
    }

    /// Wall time in which a change of state or a standstill must show.
    var settling: Duration { self.clock.wall(.seconds(1)) + .seconds(1) }

    func error(
        _ code: DeviceError.Code, _ command: String, _ detail: String, advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: command, detail, advice: advice)
    }

    /// Why the drive is in its fault state.
    func fault() async -> EposErrorCode? {
        if let message = await self.bus.emergency(of: self.node), message.code != 0 {
            return EposErrorCode(message.code)
        }
        guard let last = try? await self.read(EposObject.lastError), last & 0xFFFF != 0 else { return nil }
        return EposErrorCode(UInt16(truncatingIfNeeded: last))
    }

    func faultText() async -> String {
        await self.fault().map { "the drive reports \($0)" } ?? "the drive reports a fault and no reason"
    }

    func faulted(_ command: String, _ addition: String) async -> DeviceError {
        guard let code = await self.fault() else {
            return self.error(
                .faulted, command, "the drive reports a fault and no reason; \(addition)",
                advice: self.adviceForFault())
        }
        return self.error(
            .faulted, command, "the drive reports \(code); \(addition)", advice: self.adviceForFault(code.advice))
    }
}
