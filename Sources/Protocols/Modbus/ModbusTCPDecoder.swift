/// Cuts what comes in over TCP into frames.
public struct ModbusTCPDecoder: Sendable {
    private var pending: [UInt8] = []

    public init() {}

    /// The frames that are complete now.
    ///
    /// - Throws: where no frame can begin; the connection is then of no use any more.
    public mutating func frames(
        adding bytes: some Sequence<UInt8>
    ) throws(ModbusTCPFrame.FramingLost) -> [ModbusTCPFrame] {
        self.pending += bytes
        var frames: [ModbusTCPFrame] = []
        var start = 0
        while let length = try ModbusTCPFrame.length(in: self.pending[start...]), start + length <= self.pending.count {
            guard let frame = ModbusTCPFrame(parsing: self.pending[start..<start + length]) else {
                throw ModbusTCPFrame.FramingLost()
            }
            frames.append(frame)
            start += length
        }
        self.pending.removeFirst(start)
        return frames
    }
}
