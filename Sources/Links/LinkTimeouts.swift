/// The time-outs of a link, each for one phase of an exchange. Wall time.
public struct LinkTimeouts: Sendable, Hashable {
    /// Until the line is open: connected, or locked and set up.
    public var open: Duration
    /// Until a request has been handed to the kernel.
    public var write: Duration
    /// From the request to the first byte of the answer.
    public var firstByte: Duration
    /// Between two bytes of one answer.
    public var betweenBytes: Duration
    /// For one exchange, answer included; also the longest wait for one's turn.
    public var total: Duration
    /// Rest between the end of one exchange and the next request.
    public var pause: Duration

    public init(
        open: Duration = .seconds(3),
        write: Duration = .seconds(1),
        firstByte: Duration = .seconds(1),
        betweenBytes: Duration = .milliseconds(250),
        total: Duration = .seconds(10),
        pause: Duration = .zero
    ) {
        self.open = open
        self.write = write
        self.firstByte = firstByte
        self.betweenBytes = betweenBytes
        self.total = total
        self.pause = pause
    }
}
