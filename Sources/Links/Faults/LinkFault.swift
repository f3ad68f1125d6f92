/// One way in which a line misbehaves, and in which direction. Written as a text, it is
/// `latency latency=100ms jitter=20ms stream=upstream`.
public struct LinkFault: Sendable, Hashable {
    /// The first eight have the names, parameters and meaning of Toxiproxy's toxics; the others are what serial lines do
    /// to bytes. Probabilities are 0…1.
    public enum Kind: Sendable, Hashable {
        /// Bytes come later by `latency`, more or less by `jitter`.
        case latency(Duration, jitter: Duration = .zero)
        /// The line is cut, and nobody can open it.
        case down
        /// No more than so many bytes per second pass.
        case bandwidth(bytesPerSecond: Double)
        /// The end of the line is told later by `delay`.
        case slowClose(delay: Duration)
        /// Nothing passes, and after `timeout` the line is closed; zero never closes it.
        case timeout(Duration)
        /// The first bytes are lost, and the connection is reset `timeout` after them.
        case resetPeer(timeout: Duration = .zero)
        /// Bytes arrive in pieces of `averageSize`, more or less by `sizeVariation`, with `delay` between them.
        case slicer(averageSize: Int, sizeVariation: Int = 0, delay: Duration = .zero)
        /// The line is closed after so many bytes.
        case limitData(bytes: Int)

        /// Each byte is lost with the probability `rate`.
        case drop(rate: Double)
        /// Each byte comes twice with the probability `rate`.
        case double(rate: Double)
        /// One bit of a byte flips with the probability `rate`.
        case corrupt(rate: Double)
        /// With the probability `rate`, one to `longest` random bytes join those that arrive together.
        case garbage(Place, longest: Int, rate: Double = 1)
        /// So many random bytes, once, before the next that pass.
        case flood(bytes: Int)
        /// What arrives together comes later by `delay` with the probability `rate`; what follows waits behind it.
        case late(by: Duration, rate: Double = 1)
        /// After so many bytes nothing more passes; the line stays open.
        case silence(afterBytes: Int = 0)
    }

    /// Where garbage stands.
    public enum Place: String, Sendable, Hashable, CaseIterable { case before, inside, after }

    /// Whose bytes are concerned.
    public enum Stream: String, Sendable, Hashable, CaseIterable {
        /// From the agent to the device.
        case upstream
        /// From the device to the agent.
        case downstream
    }

    public var kind: Kind
    public var stream: Stream
    /// The probability with which a connection has this fault at all.
    public var toxicity: Double

    public init(_ kind: Kind, _ stream: Stream = .downstream, toxicity: Double = 1) {
        self.kind = kind
        self.stream = stream
        self.toxicity = toxicity
    }
}
