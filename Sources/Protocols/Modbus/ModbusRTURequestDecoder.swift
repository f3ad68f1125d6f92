/// Finds requests in what comes in on a serial line. Where a checksum does not fit, it drops one byte and looks again, and
/// counts what it dropped.
public struct ModbusRTURequestDecoder: Sendable {
    public private(set) var droppedBytes = 0
    private var pending: [UInt8] = []

    public init() {}

    /// The requests that are complete now.
    public mutating func frames(adding bytes: some Sequence<UInt8>) -> [ModbusRTUFrame] {
        self.pending += bytes
        var frames: [ModbusRTUFrame] = []
        var start = 0
        while let length = ModbusRTUFrame.requestLength(in: self.pending[start...]) {
            if length <= ModbusRTUFrame.longest {
                guard start + length <= self.pending.count else { break }
                if let frame = ModbusRTUFrame(parsing: self.pending[start..<start + length]) {
                    frames.append(frame)
                    start += length
                    continue
                }
            }
            start += 1
            self.droppedBytes += 1
        }
        self.pending.removeFirst(start)
        return frames
    }

    /// The line has been quiet for longer than a frame may pause: what is there begins no frame any more.
    public mutating func lineWasQuiet() {
        self.droppedBytes += self.pending.count
        self.pending = []
    }

    /// Whether the beginning of a frame waits for its rest.
    public var isWithinFrame: Bool { !self.pending.isEmpty }
}
