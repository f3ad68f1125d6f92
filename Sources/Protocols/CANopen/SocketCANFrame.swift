/// A frame as Linux' raw CAN sockets read and write it: `struct can_frame` of linux/can.h, 16 bytes, little endian.
public enum SocketCANFrame {
    public static let size = 16
    private static let extended: UInt32 = 0x8000_0000
    private static let remote: UInt32 = 0x4000_0000
    private static let error: UInt32 = 0x2000_0000

    public static func bytes(of frame: CANFrame) -> [UInt8] {
        let identifier = UInt32(frame.identifier) | (frame.isRemote ? Self.remote : 0)
        return LittleEndian.bytes(identifier) + [UInt8(frame.payload.count), 0, 0, 0] + frame.payload
            + Array(repeating: 0, count: 8 - frame.payload.count)
    }

    /// Nil for error frames, frames with long identifiers, and what is none.
    public static func frame(parsing bytes: ArraySlice<UInt8>) -> CANFrame? {
        guard bytes.count == Self.size else { return nil }
        let identifier = LittleEndian.value(bytes)
        let count = Int(bytes[bytes.startIndex + 4])
        guard identifier & (Self.extended | Self.error) == 0, count <= 8 else { return nil }
        let isRemote = identifier & Self.remote != 0
        return CANFrame(
            UInt16(truncatingIfNeeded: identifier), isRemote ? [] : Array(bytes.dropFirst(8).prefix(count)),
            isRemote: isRemote)
    }
}
