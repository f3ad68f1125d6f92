/// What a CANopen node says unasked when an error occurs or goes (CiA 301): code, error register, five bytes of its maker.
public struct EmergencyMessage: Sendable, Hashable {
    /// 0 says that an error has gone.
    public var code: UInt16
    public var register: UInt8
    public var maker: [UInt8]

    public init(code: UInt16, register: UInt8, maker: [UInt8] = []) {
        self.code = code
        self.register = register
        self.maker = Array((maker + [0, 0, 0, 0, 0]).prefix(5))
    }

    public init?(parsing bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        self.init(code: UInt16(bytes[0]) | UInt16(bytes[1]) << 8, register: bytes[2], maker: Array(bytes[3...]))
    }

    public var bytes: [UInt8] { LittleEndian.bytes(self.code) + [self.register] + self.maker }
}
