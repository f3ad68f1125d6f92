/// How `transport/transport_service` is offered in this lab.
public struct TransportSettings: Sendable, Hashable, Codable {
    /// From when on a transport counts as late, since it was asked for; nil for never.
    public var due: Duration?
    /// Addresses between which samples are carried; empty for any.
    public var addresses: [String]

    public init(due: Duration? = nil, addresses: [String] = []) {
        self.due = due
        self.addresses = addresses
    }
}
