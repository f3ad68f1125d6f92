/// What a point's bits or registers hold.
public enum ModbusEncoding: Sendable, Hashable {
    /// One coil or discrete input.
    case flag
    case number(ModbusNumberType)
    /// Bits of one register, counted from the least significant, 0…15. A single bit is a flag, several are a number.
    case bits(ClosedRange<Int>)
    /// ASCII or UTF-8, two characters per register, filled up with NUL or spaces.
    case text(registers: Int)

    /// Coils, discrete inputs or registers that the value takes up.
    public var size: Int {
        switch self {
        case .flag, .bits: 1
        case .number(let type): type.registerCount
        case .text(let registers): registers
        }
    }
}
