/// Cuts what comes in on a serial CAN adapter's line into lines, however it arrives.
public struct SLCANDecoder: Sendable {
    /// Longer than any line of the protocol; what exceeds it is no slcan.
    private static let longest = 64

    /// Bytes of lines that were too long.
    public private(set) var droppedBytes = 0
    private var pending: [UInt8] = []

    public init() {}

    /// The line that `byte` completes.
    public mutating func take(_ byte: UInt8) -> SLCANLine? {
        switch byte {
        case SLCANLine.carriageReturn:
            defer { self.pending.removeAll(keepingCapacity: true) }
            return SLCANLine(parsing: self.pending[...])
        case SLCANLine.bell:
            self.pending.removeAll(keepingCapacity: true)
            return .refused
        case 0x0A: return nil
        default:
            self.pending.append(byte)
            guard self.pending.count > Self.longest else { return nil }
            self.droppedBytes += self.pending.count
            self.pending.removeAll(keepingCapacity: true)
            return nil
        }
    }
}
