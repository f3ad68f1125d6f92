import Protocols
import Store

/// What operators do to runs.
extension RunEngine {
    /// Why nothing new may be begun, and what to do about it.
    var obstacle: String? { self.halted.map(Journal.adviceAfterHalt) ?? self.doubt }

    /// Runs what a halt can end.
    func interruptible<Value: Sendable>(
        _ run: UUIDv7, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard self.halted == nil else { throw CancellationError() }
        let task = Task { try await body() }
        self.underWay = UnderWay(run: run, cancel: { task.cancel() })
        defer { self.underWay = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Ends the run under way and takes nothing new. The devices are stopped by whoever calls.
    ///
    /// - Returns: the run that ends.
    func halt(by person: String) async throws(StoreError) -> UUIDv7? {
        let reason = Journal.haltReason(person)
        self.halted = reason
        let run = self.underWay?.run
        self.underWay?.cancel()
        self.observe(.notice(reason))
        try await self.journal.setHindrance(.halted, reason)
        return run
    }

    func release() async throws(StoreError) {
        try await self.journal.setHindrance(.halted, nil)
        self.halted = nil
    }

    /// The lab is in doubt: nothing new is begun until an operator says so.
    func hold(because reason: String) async {
        self.doubt = reason
        self.observe(.notice(reason))
        do throws(StoreError) {
            try await self.journal.setHindrance(.doubt, reason)
        } catch {
            self.observe(.notice("the journal did not take that the lab is in doubt: \(error)"))
        }
    }

    /// Gives up a run whose outcome is not known; if there is another one, that stands in the way then.
    func abandon(_ run: RunRecord, by person: String) async throws {
        if self.underWay?.run == run.id {
            throw OperatorError(.badData, "run \(run.id) is under way; end it by `edge-agent halt`")
        }
        try await self.journal.abandon(run, by: person)
        self.doubt = try await self.journal.hindrance(.doubt)
        self.observe(.notice("run \(run.id) was abandoned by \(person)"))
        if self.doubt == nil,
            let next = try await self.journal.unfinishedRuns().last(where: { $0.state == .outcomeUnknown })
        {
            await self.hold(because: Self.advice(for: next.id))
        }
    }

    static func advice(for run: UUIDv7) -> String {
        "run \(run) ended without a known outcome; look at the lab, then `edge-agent runs abandon \(run)`"
    }
}

/// What a halt would end.
struct UnderWay: Sendable {
    let run: UUIDv7
    let cancel: @Sendable () -> Void
}
