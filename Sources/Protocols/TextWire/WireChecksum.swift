/// The check characters at the end of a message, before its ending.
public struct WireChecksum: Sendable, Hashable {
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// Sum of the bytes modulo 256.
        case sum8
        /// Two's complement of that sum, as in Modbus ASCII.
        case lrc
        case xor8
        /// CRC-16 of Modbus RTU: polynomial 0x8005 reflected, start 0xFFFF, low byte first on the wire.
        case crc16 = "crc16-modbus"
        /// CRC-16/XMODEM: polynomial 0x1021, start 0, high byte first on the wire.
        case crc16XModem = "crc16-xmodem"
    }

    public enum Notation: String, Sendable, Hashable, CaseIterable {
        /// Upper-case hexadecimal digits, most significant first.
        case hexadecimal = "hex"
        /// The bytes themselves.
        case bytes
    }

    public var algorithm: Algorithm
    public var notation: Notation
    /// Bytes at the beginning that are not counted in.
    public var skipped: Int

    public init(_ algorithm: Algorithm, notation: Notation = .hexadecimal, skipped: Int = 0) {
        self.algorithm = algorithm
        self.notation = notation
        self.skipped = skipped
    }

    /// How many bytes the check characters take.
    public var length: Int {
        let bytes = self.algorithm == .crc16 || self.algorithm == .crc16XModem ? 2 : 1
        return self.notation == .hexadecimal ? bytes * 2 : bytes
    }

    /// The check characters of a message.
    public func characters(of message: some Collection<UInt8>) -> [UInt8] {
        let counted = message.dropFirst(self.skipped)
        let value: UInt16
        switch self.algorithm {
        case .sum8: value = counted.reduce(0) { ($0 &+ UInt16($1)) & 0xFF }
        case .lrc: value = (0 &- counted.reduce(0) { $0 &+ UInt16($1) }) & 0xFF
        case .xor8: value = counted.reduce(0) { $0 ^ UInt16($1) }
        case .crc16: value = counted.reduce(0xFFFF, Self.modbus)
        case .crc16XModem: value = counted.reduce(0, Self.xmodem)
        }
        let high = UInt8(value >> 8), low = UInt8(value & 0xFF)
        switch self.notation {
        case .hexadecimal:
            let digits = String(value, radix: 16, uppercase: true)
            return Array(repeating: 0x30, count: self.length - digits.utf8.count) + Array(digits.utf8)
        case .bytes where self.length == 1: return [low]
        case .bytes: return self.algorithm == .crc16 ? [low, high] : [high, low]
        }
    }

    private static func modbus(_ crc: UInt16, _ byte: UInt8) -> UInt16 {
        (0..<8).reduce(crc ^ UInt16(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
    }

    private static func xmodem(_ crc: UInt16, _ byte: UInt8) -> UInt16 {
        (0..<8).reduce(crc ^ UInt16(byte) << 8) { crc, _ in crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
    }
}
