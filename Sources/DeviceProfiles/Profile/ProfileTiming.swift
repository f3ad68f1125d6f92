/// The time-outs of a model's line, each for one phase of an exchange. Wall time.
public struct ProfileTiming: Sendable, Hashable {
    public var open: Duration
    public var write: Duration
    public var firstByte: Duration
    public var betweenBytes: Duration
    /// For one exchange, answer included; also the longest wait for one's turn.
    public var total: Duration
    /// Rest between the end of one exchange and the next request.
    public var pause: Duration
    /// Added to what a motion or measurement takes by itself before it counts as failed.
    public var margin: Duration
}
