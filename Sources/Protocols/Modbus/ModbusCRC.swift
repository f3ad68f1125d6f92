/// The checksum of RTU frames: CRC-16 with the polynomial 0xA001, reflected, from 0xFFFF (Modbus over Serial Line V1.02,
/// 6.2.2). It is sent low byte first.
public enum ModbusCRC {
    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { $0 >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xA001 }
    }
}
