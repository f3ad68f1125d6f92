/// How the bytes of a value lie in its registers, written as the order in which A, the most significant byte of a 32-bit
/// value, to D, the least significant one, come over the wire. Values of other sizes follow the same two rules.
public enum ModbusRegisterOrder: String, Sendable, Hashable, CaseIterable, Codable {
    /// Most significant register and byte first: what the standard says of bytes and most devices do with registers.
    case abcd = "ABCD"
    /// Least significant register first.
    case cdab = "CDAB"
    /// Most significant register first, bytes swapped within each.
    case badc = "BADC"
    /// Least significant byte first.
    case dcba = "DCBA"

    var swapsRegisters: Bool { self == .cdab || self == .dcba }
    var swapsBytes: Bool { self == .badc || self == .dcba }

    /// The bits of a value of up to four registers.
    func bits(of registers: ArraySlice<UInt16>) -> UInt64 {
        var bits: UInt64 = 0
        for (place, register) in registers.enumerated() {
            let register = UInt64(self.swapsBytes ? register.byteSwapped : register)
            bits = self.swapsRegisters ? bits | register << UInt64(16 * place) : bits << 16 | register
        }
        return bits
    }

    /// `count` registers with the bits of a value.
    func registers(of bits: UInt64, count: Int) -> [UInt16] {
        let registers = (0..<count).map { index in
            let place = self.swapsRegisters ? index : count - 1 - index
            return UInt16(truncatingIfNeeded: bits >> UInt64(16 * place))
        }
        return self.swapsBytes ? registers.map(\.byteSwapped) : registers
    }
}
