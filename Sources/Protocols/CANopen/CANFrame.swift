/// A classical CAN frame with an 11-bit identifier.
public struct CANFrame: Sendable, Hashable {
    /// 0…0x7FF.
    public var identifier: UInt16
    /// At most eight bytes.
    public var payload: [UInt8]
    /// A remote frame asks for a message and carries nothing.
    public var isRemote: Bool

    public init(_ identifier: UInt16, _ payload: [UInt8], isRemote: Bool = false) {
        self.identifier = identifier & 0x7FF
        self.payload = Array(payload.prefix(8))
        self.isRemote = isRemote
    }
}
