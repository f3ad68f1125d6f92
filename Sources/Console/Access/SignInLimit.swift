/// How often a sign-in, a code or a password may be wrong. Each address and each name have some tries at once and get one back
/// every so often; there are never many hashes under way.
public actor SignInLimit {
    private struct Bucket {
        var tries: Double
        var refilled: ContinuousClock.Instant
    }

    private static let burst = 8.0
    /// One more try after this time.
    private static let interval = Duration.seconds(20)
    /// Beyond this many keys the fullest are forgotten first; an attacker who has so many addresses meets the names'.
    private static let keysKept = 10_000
    private static let mostAtOnce = 2

    private var buckets: [String: Bucket] = [:]
    private var underWay = 0

    public init() {}

    /// Takes one try from each of the keys; false if one of them has none left, or too many tries are under way.
    public func begin(_ keys: [String], at now: ContinuousClock.Instant = .now) -> Bool {
        guard self.underWay < Self.mostAtOnce else { return false }
        let filled = keys.map { (key: $0, bucket: self.bucket($0, at: now)) }
        guard filled.allSatisfy({ $0.bucket.tries >= 1 }) else { return false }
        self.underWay += 1
        for (key, var bucket) in filled {
            bucket.tries -= 1
            self.buckets[key] = bucket
        }
        if self.buckets.count > Self.keysKept {
            self.buckets = self.buckets.filter { self.bucket($0.key, at: now).tries < Self.burst }
            if self.buckets.count > Self.keysKept { self.buckets = [:] }
        }
        return true
    }

    /// A try is over. After a right one its keys are as new.
    public func end(_ keys: [String], wasRight: Bool) {
        self.underWay -= 1
        if wasRight { for key in keys { self.buckets[key] = nil } }
    }

    private func bucket(_ key: String, at now: ContinuousClock.Instant) -> Bucket {
        guard let kept = self.buckets[key] else { return Bucket(tries: Self.burst, refilled: now) }
        let tries = kept.tries + (now - kept.refilled) / Self.interval
        return Bucket(tries: min(Self.burst, tries), refilled: now)
    }
}
