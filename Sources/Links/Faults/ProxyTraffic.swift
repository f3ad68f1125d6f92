/// Bytes that passed a fault proxy, and where they were seen.
public struct ProxyTraffic: Sendable, Hashable {
    public enum Place: String, Sendable, Hashable, CaseIterable {
        /// As the agent sent them.
        case fromAgent = "from-agent"
        /// What the faults left of that for the device.
        case toDevice = "to-device"
        /// As the device sent them.
        case fromDevice = "from-device"
        /// What the faults left of that for the agent.
        case toAgent = "to-agent"
    }

    /// Counted from 1.
    public var connection: Int
    public var place: Place
    public var bytes: [UInt8]
    public var instant: ContinuousClock.Instant

    public init(connection: Int, _ place: Place, _ bytes: [UInt8], at instant: ContinuousClock.Instant = .now) {
        self.connection = connection
        self.place = place
        self.bytes = bytes
        self.instant = instant
    }
}

/// Sees all traffic of a proxy as it happens. It must return quickly.
public typealias ProxyTap = @Sendable (ProxyTraffic) -> Void
