/// How a simulated drive misbehaves, put in from outside.
public struct EposDriveFaults: Sendable, Hashable {
    /// The drive answers nothing.
    public var isSilent = false
    /// The code under which it reports that it has gone into its fault state: 8611 is a following error.
    public var errorCode: UInt16 = 0x8611
    /// It takes set-points and does not move.
    public var isStuck = false
    /// It takes set-points, says that it reached them, and does not move.
    public var lies = false
    /// It takes halts and moves on.
    public var ignoresHalts = false
    /// Its limit switch is never found.
    public var failsHoming = false

    public init() {}
}
