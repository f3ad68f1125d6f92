/// Bits and registers as bytes of a message.
enum ModbusBits {
    /// The first bit is the least significant one of the first byte.
    static func packed(_ bits: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
        for (index, isOn) in bits.enumerated() where isOn { bytes[index / 8] |= 1 << UInt8(index % 8) }
        return bytes
    }

    /// As many bits as there are, up to `count`.
    static func unpacked(_ bytes: ArraySlice<UInt8>, count: Int) -> [Bool] {
        (0..<min(count, 8 * bytes.count)).map { bytes[bytes.startIndex + $0 / 8] >> UInt8($0 % 8) & 1 != 0 }
    }

    static func bytes(of registers: [UInt16]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * registers.count)
        for register in registers {
            bytes.append(UInt8(register >> 8))
            bytes.append(UInt8(register & 0xFF))
        }
        return bytes
    }

    /// Most significant byte first; an odd last byte is left out.
    static func registers(of bytes: ArraySlice<UInt8>) -> [UInt16] {
        stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
    }
}
