/// How the delivery is doing, for people.
public struct DeliveryStatus: Sendable, Hashable {
    /// Whether the last call reached the broker; nil before the first.
    public var isReachable: Bool?
    /// The last trouble, until a call succeeds.
    public var trouble: BrokerError?
    /// Results delivered since the start.
    public var delivered = 0
    /// Troubles in a row.
    public var troubles = 0
}
