/// The checksum of maxon's serial protocols: CRC-CCITT, polynomial 0x1021, from 0, over 16-bit words with the most
/// significant bit first (maxon EPOS4 Communication Guide). Over a message with its checksum it is 0.
public enum EposChecksum {
    public static func checksum(_ words: some Sequence<UInt16>) -> UInt16 {
        words.reduce(0) { crc, word in Self.step(Self.step(crc, UInt8(word >> 8)), UInt8(word & 0xFF)) }
    }

    private static func step(_ crc: UInt16, _ byte: UInt8) -> UInt16 {
        crc << 8 ^ Self.table[Int(UInt8(crc >> 8) ^ byte)]
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { value, _ in value & 0x8000 == 0 ? value << 1 : value << 1 ^ 0x1021 }
    }

    /// Words of a message whose bytes come low byte first.
    static func words(_ bytes: some Collection<UInt8>) -> [UInt16] {
        var words: [UInt16] = []
        var low: UInt8?
        for byte in bytes {
            if let first = low {
                words.append(UInt16(first) | UInt16(byte) << 8)
                low = nil
            } else {
                low = byte
            }
        }
        return words
    }
}
