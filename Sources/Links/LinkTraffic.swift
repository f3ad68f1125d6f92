/// Bytes that passed over a link, for records.
public struct LinkTraffic: Sendable, Hashable {
    public enum Direction: Sendable, Hashable { case sent, received, dropped }

    public var direction: Direction
    public var bytes: [UInt8]
    public var instant: ContinuousClock.Instant

    public init(_ direction: Direction, _ bytes: [UInt8], at instant: ContinuousClock.Instant = .now) {
        self.direction = direction
        self.bytes = bytes
        self.instant = instant
    }
}

/// Sees all traffic of a link as it happens. It must return quickly.
public typealias LinkTap = @Sendable (LinkTraffic) -> Void
