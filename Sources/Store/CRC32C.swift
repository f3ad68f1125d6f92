/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), kept beside a payload to see the bit rot that SQLite cannot see.
enum CRC32C {
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register = register >> 8 ^ self.table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
        }
        return ~register
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }
}
