import Store

/// Puts readings into the store: what came within a second in one commit, the first at once. While the store fails it
/// keeps the newest, and lets the oldest go.
actor ReadingKeeper {
    private let readings: Readings
    private let observe: @Sendable (AgentEvent) -> Void
    private var waiting: [Reading] = []
    private var lastCommit: ContinuousClock.Instant?
    private var isCommitting = false
    private var hasFailed = false

    private static let interval = Duration.seconds(1)
    /// About half an hour of 20 series at 1 Hz.
    private static let limit = 36_000
    /// How long raw readings are kept; their roll-ups stay.
    static let rawReadingsKept = Duration.seconds(14 * 86_400)

    init(_ readings: Readings, observe: @escaping @Sendable (AgentEvent) -> Void) {
        self.readings = readings
        self.observe = observe
    }

    /// Takes readings; they are in the store at most about a second later.
    func keep(_ readings: [Reading]) async {
        self.waiting += readings
        if self.waiting.count > Self.limit { self.waiting.removeFirst(self.waiting.count - Self.limit) }
        if let lastCommit, lastCommit + Self.interval > .now { return }
        await self.commit()
    }

    /// Thins old readings once an hour, and writes what waits where nobody polls any more, until the task is cancelled.
    func run() async {
        var nextThinning = ContinuousClock.now
        while !Task.isCancelled {
            await self.commit()
            if ContinuousClock.now >= nextThinning {
                nextThinning = .now + .seconds(3600)
                let kept = Self.rawReadingsKept.components.seconds * 1_000_000
                await self.attempt { () throws(StoreError) in
                    try await self.readings.thin(before: Moment.now().utc - kept)
                }
            }
            try? await ContinuousClock().sleep(for: Self.interval)
        }
    }

    /// Writes what waits and closes the store.
    func close() async {
        await self.commit()
        await self.attempt { () throws(StoreError) in try await self.readings.close() }
    }

    private func commit() async {
        guard !self.waiting.isEmpty, !self.isCommitting else { return }
        let batch = self.waiting
        self.waiting = []
        self.lastCommit = .now
        self.isCommitting = true
        defer { self.isCommitting = false }
        if await !self.attempt({ () throws(StoreError) in try await self.readings.append(batch) }) {
            self.waiting = batch + self.waiting
        }
    }

    /// Tells once when the store fails, and once when it works again.
    @discardableResult
    private func attempt(_ body: () async throws(StoreError) -> Void) async -> Bool {
        do throws(StoreError) {
            try await body()
            if self.hasFailed { self.observe(.notice("readings are kept again")) }
            self.hasFailed = false
            return true
        } catch {
            if !self.hasFailed { self.observe(.notice("\(error)")) }
            self.hasFailed = true
            return false
        }
    }
}
