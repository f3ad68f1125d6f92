public import Protocols

/// One request and what comes back.
public struct TextExchange: Sendable, Hashable {
    /// Nil listens to a device that speaks by itself.
    public var request: WirePattern?
    /// Nil for a request that is not answered.
    public var reply: WirePattern?
    /// Ends the request in place of what the framing says.
    public var requestEnd: [UInt8]?
}
