/// How a simulated maxon line misbehaves; the default misbehaves in no way.
public struct EposLineFaults: Sendable, Hashable {
    public var isSilent = false
    /// Sent in front of the next answer, once.
    public var garbage: [UInt8] = []
    /// The next answer comes this much later, once. Wall time.
    public var lateBy: Duration?
    /// The next answer's last byte is spoilt, once.
    public var spoilsNext = false
    /// So many bytes at the end of the next answer are lost, once.
    public var loses = 0

    public init() {}
}
