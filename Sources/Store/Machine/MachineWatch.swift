import Protocols
import Synchronization

/// Looks again and again after what the journal depends on: how full the disk is, whether it takes writes, whether
/// anybody has looked at damage that was found, and whether somebody has set the clock.
///
/// | disk | what follows |
/// | --- | --- |
/// | below 80 % | nothing |
/// | from 80 % | it is said; raw readings older than a week are thinned |
/// | from 95 % | nothing new is begun, what is under way goes on; raw readings older than an hour are thinned |
/// | full | the reserve is given up for what is under way |
///
/// All of it ends by itself when space is there again. A failed disk does not: the journal has to be opened anew.
public final class MachineWatch: Sendable {
    public struct Policy: Sendable {
        /// Share of the disk from which a warning is given.
        public var warning = 0.80
        /// Share from which nothing new is begun.
        public var refusal = 0.95
        /// How far it has to fall below either before that ends.
        public var hysteresis = 0.01
        /// Bytes held back; on a small disk no more than a sixteenth of it.
        public var reserve: Int64 = 64_000_000

        public init() {}
    }

    private enum Level: Int {
        case ample, low, full
    }

    private struct State {
        var level = Level.ample
        var obstacle: String?
        var readings: Readings?
    }

    private let journal: Journal
    private let policy: Policy
    private let measure: @Sendable (String) throws -> DiskSpace
    private let state = Mutex(State())

    /// - Parameter measure: looks at the disk; tests hand in their own.
    public init(
        journal: Journal, policy: Policy = Policy(),
        measure: @escaping @Sendable (String) throws -> DiskSpace = { try DiskSpace(at: $0) }
    ) {
        self.journal = journal
        self.policy = policy
        self.measure = measure
    }

    /// Why nothing new may be begun, and what to do about it; nil while all is well. As of the last look.
    public var obstacle: String? { self.state.withLock(\.obstacle) }

    /// Time series, which give way first where the disk is short; nil once they are closed.
    public func mayThin(_ readings: Readings?) { self.state.withLock { $0.readings = readings } }

    /// Looks once. To be called every second or so, by one task.
    ///
    /// - Returns: what people should be told, if anything has changed.
    public func look() async -> String? {
        if let failure = self.journal.storageFailure {
            return self.note(obstacle: "storage failed: \(failure)", "storage failed: \(failure)")
        }
        do {
            let alarm = try await self.journal.openAlarm()
            let space = try self.measure(self.journal.path)
            let before = self.state.withLock(\.level)
            let isReserved = self.holdReserve(in: space, before)
            let level = isReserved ? self.level(for: space.used, before) : .full
            self.state.withLock { $0.level = level }
            let thinned = level == .ample ? nil : try await self.thin(level)
            let obstacle = alarm ?? (level == .full ? self.shortage(isReserved: isReserved) : nil)
            self.state.withLock { $0.obstacle = obstacle }
            let news = [
                level == before ? nil : self.news(level, space, isReserved: isReserved), thinned,
                try await self.journal.noteClockStep().map(Self.words),
            ].compactMap(\.self)
            return news.isEmpty ? nil : news.joined(separator: "; ")
        } catch {
            return self.note(obstacle: "the storage cannot be looked after: \(error)", "\(error)")
        }
    }

    private func note(obstacle: String, _ news: String) -> String? {
        self.state.withLock { state in
            defer { state.obstacle = obstacle }
            return state.obstacle == obstacle ? nil : news
        }
    }

    /// Takes the reserve; once it was given up, only when that leaves the disk clearly below the limit.
    private func holdReserve(in space: DiskSpace, _ before: Level) -> Bool {
        let wanted = min(self.policy.reserve, space.total / 16)
        if self.journal.reserve.size >= wanted { return true }
        let after = space.used + Double(wanted) / Double(max(1, space.total))
        guard after < self.policy.refusal - (before == .full ? self.policy.hysteresis : 0) else { return false }
        return self.journal.reserve.hold(wanted)
    }

    private func level(for used: Double, _ before: Level) -> Level {
        func limit(_ level: Level, _ share: Double) -> Double {
            before.rawValue >= level.rawValue ? share - self.policy.hysteresis : share
        }
        if used >= limit(.full, self.policy.refusal) { return .full }
        return used >= limit(.low, self.policy.warning) ? .low : .ample
    }

    private func thin(_ level: Level) async throws(StoreError) -> String? {
        guard let readings = self.state.withLock(\.readings) else { return nil }
        let age: Duration = level == .full ? .seconds(3600) : .seconds(7 * 24 * 3600)
        let time = self.journal.now().utc - age.microseconds
        let count = try await readings.thin(before: time)
        guard count > 0 else { return nil }
        try await readings.shrink()
        try await self.journal.noteIncident(
            .loss,
            [
                "what": "raw readings; their roll-ups stay", "before_utc": .integer(time),
                "count": .integer(Int64(count)), "reason": "little disk space",
            ])
        return "\(count) raw readings were thinned for want of disk space; their roll-ups stay"
    }

    private func news(_ level: Level, _ space: DiskSpace, isReserved: Bool) -> String {
        switch level {
        case .ample: "there is enough disk space again: \(self.figures(space))"
        case .low:
            "disk space is low: \(self.figures(space)); nothing new is begun from \(Self.percent(self.policy.refusal))"
        case .full: "\(self.shortage(isReserved: isReserved)); \(self.figures(space))"
        }
    }

    /// The same words as long as it lasts.
    private func shortage(isReserved: Bool) -> String {
        "disk space is short at \(self.journal.path)\(isReserved ? "" : ", the reserve is given up"); free space there, and "
            + "new runs are begun again by themselves"
    }

    private func figures(_ space: DiskSpace) -> String {
        "\(self.journal.path) has \(space.available / 1_000_000) MB left, \(Self.percent(space.used)) are used"
    }

    private static func words(_ step: Duration) -> String {
        let seconds = (step / .seconds(1) * 10).rounded() / 10
        return
            "the clock was set \(seconds < 0 ? "back" : "forward") by \(seconds.magnitude) s; intervals and order are not "
            + "touched, but times before and after do not compare"
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded(.down))) %" }
}
