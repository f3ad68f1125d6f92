/// Cuts what comes in over TCP into frames.
public struct ModbusTCPDecoder: Sendable {
    /// Whether something came with which no frame can begin. The frames before it are good; the connection is of no use any
    /// more, and nothing that follows is read.
    public private(set) var hasLostFraming = false
    private var pending: [UInt8] = []

    public init() {}

    /// The frames that are complete now.
    public mutating func frames(adding bytes: some Sequence<UInt8>) -> [ModbusTCPFrame] {
        guard !self.hasLostFraming else { return [] }
        self.pending += bytes
        var frames: [ModbusTCPFrame] = []
        var start = 0
        do throws(ModbusTCPFrame.FramingLost) {
            while let length = try ModbusTCPFrame.length(in: self.pending[start...]),
                start + length <= self.pending.count,
                let frame = ModbusTCPFrame(parsing: self.pending[start..<start + length])
            {
                frames.append(frame)
                start += length
            }
        } catch {
            self.hasLostFraming = true
        }
        self.pending.removeFirst(start)
        return frames
    }
}
