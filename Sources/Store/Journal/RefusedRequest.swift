/// A request that is left alone, and why. People see this list.
public struct RefusedRequest: Sendable, Hashable {
    public let requestID: String
    public let quantity: String
    public let method: String
    public let reason: String
    /// When it was first left alone, in microseconds since 1970 UTC.
    public let since: Int64
}
