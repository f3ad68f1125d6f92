/// The values that a server's open subscriptions told last, and those who wait for them to become something.
actor LatestReadings<Readings: Sendable> {
    private(set) var latest: Readings
    /// When the server was last heard, wall time.
    private(set) var heard = ContinuousClock.now
    /// Why the subscriptions ended; nil while they run.
    private(set) var failure: SiLAFailure?

    private struct Waiter {
        var isMet: @Sendable (Readings) -> Bool
        var continuation: CheckedContinuation<Readings?, Never>
    }
    private var waiters: [UInt64: Waiter] = [:]
    private var ticketsGiven: UInt64 = 0

    init(_ first: Readings) { self.latest = first }

    /// Takes a value in and wakes those who waited for it.
    func change(_ edit: @Sendable (inout Readings) -> Void) {
        edit(&self.latest)
        self.heard = .now
        for (ticket, waiter) in self.waiters where waiter.isMet(self.latest) {
            self.waiters.removeValue(forKey: ticket)
            waiter.continuation.resume(returning: self.latest)
        }
    }

    /// Notes that the server answered something.
    func noteAnswer() { self.heard = .now }

    /// Says that no further value will come; whoever waits gets none.
    func end(_ failure: SiLAFailure) {
        if self.failure == nil { self.failure = failure }
        let all = self.waiters.values
        self.waiters = [:]
        for waiter in all { waiter.continuation.resume(returning: nil) }
    }

    /// The first readings that meet a condition, now or within `limit` of wall time. Nil when time runs out, the
    /// subscriptions end, or the calling task is cancelled.
    func first(
        within limit: Duration, where isMet: @escaping @Sendable (Readings) -> Bool
    ) async -> Readings? {
        if isMet(self.latest) { return self.latest }
        guard self.failure == nil, !Task.isCancelled else { return nil }
        self.ticketsGiven += 1
        let ticket = self.ticketsGiven
        let timer = Task {
            try await Task.sleep(for: limit)
            self.giveUp(ticket)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { self.waiters[ticket] = Waiter(isMet: isMet, continuation: $0) }
        } onCancel: {
            Task { await self.giveUp(ticket) }
        }
    }

    private func giveUp(_ ticket: UInt64) {
        self.waiters.removeValue(forKey: ticket)?.continuation.resume(returning: nil)
    }
}
