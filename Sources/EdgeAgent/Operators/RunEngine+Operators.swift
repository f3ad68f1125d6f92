import Protocols
import Store

/// What operators do to runs.
extension RunEngine {
    /// Why nothing new may be begun, and what to do about it.
    var obstacle: String? { self.obstacle(besideMeasurements: false) }

    /// - Parameter besideMeasurements: whether an instrument may measure what stands in its cell meanwhile.
    func obstacle(besideMeasurements: Bool) -> String? {
        if let halted { return Journal.adviceAfterHalt(halted) }
        if let run = self.waiting.first { return Journal.adviceForWaiting(run) }
        if let obstacle = self.obstacleToManualRuns { return obstacle }
        if !self.missing.isEmpty {
            return "no answer yet from \(self.missing.joined(separator: ", ")): switch them on, check their links; "
                + "they are asked again every few seconds"
        }
        if let lacking { return lacking }
        if let byHand { return Self.isInHand(byHand) }
        if !besideMeasurements, !self.owedCleaning.isEmpty { return "the lab is not cleaned yet; that is done first" }
        let other = besideMeasurements ? self.underWay.withLines : self.underWay.entries.first
        return other.map { "run \($0.run) is under way" }
    }

    /// Takes nothing new before all of these have answered.
    func miss(_ devices: [String]) { self.missing = devices }

    /// Why not even people may be asked for something new: what is asked must be kept.
    var obstacleToManualRuns: String? {
        if let halted { return Journal.adviceAfterHalt(halted) }
        if let gap { return "\(gap); when that is in order, start the agent again" }
        return self.machine?.obstacle
    }

    /// Takes nothing new as long as devices are missing; nil when all are there.
    func lack(_ reason: String?) { self.lacking = reason }

    /// Runs what a halt can end.
    func interruptible<Value: Sendable>(
        _ run: UUIDv7, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard self.halted == nil, self.underWay[run]?.stoppedBy == nil else { throw CancellationError() }
        let task = Task { try await body() }
        self.underWay.set({ task.cancel() }, toCancel: run)
        defer { self.underWay.set(nil, toCancel: run) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Ends the runs under way and takes nothing new. The devices are stopped by whoever calls.
    ///
    /// - Returns: the runs that end.
    func halt(by person: String) async throws(StoreError) -> [UUIDv7] {
        let reason = Journal.haltReason(person)
        self.halted = reason
        let ended = self.underWay.entries
        for entry in ended { entry.cancel?() }
        self.byHand?.cancel()
        self.observe(.notice(reason))
        try await self.journal.setHalt(reason)
        return ended.map(\.run)
    }

    func release() async throws(StoreError) {
        try await self.journal.setHalt(nil)
        self.halted = nil
        // What was answered during the halt waits for this.
        self.journal.ringAnswer()
    }

    /// Keeps the lab for what a person has a device do. A run that waits for an operator may go on waiting: what is done may be
    /// what it waits for.
    ///
    /// - Parameter act: in words, with who has it done. A halt cancels it.
    func doByHand<Value: Sendable>(
        _ act: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if let halted { throw OperatorError(.unavailable, Journal.adviceAfterHalt(halted)) }
        if let run = self.underWay.entries.first?.run { throw OperatorError(.unavailable, Self.isInUse(by: run)) }
        if let byHand { throw OperatorError(.unavailable, Self.isInHand(byHand)) }
        let task = Task { try await body() }
        self.byHand = ByHand(act: act) { task.cancel() }
        defer {
            self.byHand = nil
            // What was answered meanwhile waits for this.
            self.journal.ringAnswer()
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private static func isInHand(_ byHand: ByHand) -> String {
        "\(byHand.act); wait until that is done, or halt everything"
    }

    static func isInUse(by run: UUIDv7) -> String {
        "run \(run) uses the lab; wait for it, stop it by `edge-agent runs stop`, or halt everything"
    }

    /// Stops the run under way so that it can go on later.
    func stop(_ run: UUIDv7, by person: String) throws(OperatorError) {
        guard let entry = self.underWay[run] else {
            throw OperatorError(.badData, "run \(run) is not under way; see `edge-agent runs show \(run)`")
        }
        self.underWay.stop(run, by: person)
        entry.cancel?()
    }

    /// Gives up a run that waits.
    func abandon(_ run: RunRecord, by person: String) async throws {
        if self.underWay[run.id] != nil {
            throw OperatorError(.badData, "run \(run.id) is under way; stop it first: `edge-agent runs stop \(run.id)`")
        }
        try await self.journal.abandon(run, by: person)
        self.forget(run.id)
    }

    /// A run that has been given up waits no more.
    func forget(_ run: UUIDv7) {
        self.waiting.removeAll { $0 == run }
        self.dropOwedCleaning(run)
        // What was answered may have waited for it.
        self.journal.ringAnswer()
        self.observe(.notice("run \(run) was abandoned"))
    }
}
