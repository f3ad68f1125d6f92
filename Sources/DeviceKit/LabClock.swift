/// The time a lab's processes take. At speed 1 it is the monotonic clock; a simulated lab runs it faster.
///
/// What a device or a liquid waits for is lab time; time-outs of links and of the broker are wall time.
public struct LabClock: Clock, Sendable {
    public struct Instant: InstantProtocol, Hashable {
        /// Lab time since the clock was made.
        public let offset: Duration
        public init(offset: Duration) { self.offset = offset }
        public func advanced(by duration: Duration) -> Self { Self(offset: self.offset + duration) }
        public func duration(to other: Self) -> Duration { other.offset - self.offset }
        public static func < (a: Self, b: Self) -> Bool { a.offset < b.offset }
    }

    /// Lab seconds per wall second.
    public let speed: Double
    private let origin: ContinuousClock.Instant

    public init(speed: Double = 1) {
        self.speed = speed
        self.origin = ContinuousClock.now
    }

    public var now: Instant { Instant(offset: (ContinuousClock.now - self.origin) * self.speed) }
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// The wall time that a lab duration takes.
    public func wall(_ duration: Duration) -> Duration { duration / self.speed }

    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try await ContinuousClock().sleep(until: self.origin + self.wall(deadline.offset), tolerance: nil)
    }
}
