/// A message over TCP: MBAP header and protocol data unit (Modbus Messaging on TCP/IP V1.0b, 3.1.3).
public struct ModbusTCPFrame: Sendable, Hashable {
    /// Repeated by the device, so that an answer finds its request.
    public var transaction: UInt16
    public var unit: UInt8
    public var pdu: [UInt8]

    public init(transaction: UInt16, unit: UInt8, pdu: [UInt8]) {
        self.transaction = transaction
        self.unit = unit
        self.pdu = pdu
    }

    /// Transaction, protocol, length, unit.
    public static let headerLength = 7
    public static let longest = 260

    /// Says that the beginning of a frame cannot be found any more.
    public struct FramingLost: Error, Sendable, Hashable {
        public init() {}
    }

    /// Bytes of the frame that begins here; nil if more must come to tell.
    public static func length(in bytes: ArraySlice<UInt8>) throws(FramingLost) -> Int? {
        guard bytes.count >= 6 else { return nil }
        let fields = ModbusBits.registers(of: bytes.prefix(6))
        // Protocol 0 is Modbus; unit and function are the least that follows.
        guard fields[1] == 0, (2...254).contains(fields[2]) else { throw FramingLost() }
        return 6 + Int(fields[2])
    }

    /// Nil unless it is one whole frame.
    public init?(parsing bytes: ArraySlice<UInt8>) {
        guard let length = try? Self.length(in: bytes), length == bytes.count else { return nil }
        self.init(
            transaction: ModbusBits.registers(of: bytes.prefix(2))[0], unit: bytes[bytes.startIndex + 6],
            pdu: Array(bytes.dropFirst(Self.headerLength)))
    }

    public var bytes: [UInt8] {
        ModbusBits.bytes(of: [self.transaction, 0, UInt16(truncatingIfNeeded: self.pdu.count + 1)]) + [self.unit]
            + self.pdu
    }
}
