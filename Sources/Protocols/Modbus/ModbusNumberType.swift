/// The binary form of a number in registers. Raw values are what profiles write.
public enum ModbusNumberType: String, Sendable, Hashable, CaseIterable, Codable {
    case u16, i16, u32, i32, u64, i64, f32, f64

    /// 1, 2 or 4.
    public var registerCount: Int {
        switch self {
        case .u16, .i16: 1
        case .u32, .i32, .f32: 2
        case .u64, .i64, .f64: 4
        }
    }

    public var isInteger: Bool { self != .f32 && self != .f64 }

    /// The number that the bits stand for; a 64-bit integer beyond 2⁵³ is rounded.
    func number(_ bits: UInt64) -> Double {
        switch self {
        case .u16, .u32, .u64: Double(bits)
        case .i16: Double(Int16(truncatingIfNeeded: bits))
        case .i32: Double(Int32(truncatingIfNeeded: bits))
        case .i64: Double(Int64(bitPattern: bits))
        case .f32: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .f64: Double(bitPattern: bits)
        }
    }

    /// The bits that stand for a number, which is rounded where the type holds integers; nil if it does not fit.
    func bits(_ number: Double) -> UInt64? {
        let rounded = number.rounded()
        switch self {
        case .u16: return UInt16(exactly: rounded).map(UInt64.init)
        case .u32: return UInt32(exactly: rounded).map(UInt64.init)
        case .u64: return UInt64(exactly: rounded)
        case .i16: return Int16(exactly: rounded).map { UInt64(UInt16(bitPattern: $0)) }
        case .i32: return Int32(exactly: rounded).map { UInt64(UInt32(bitPattern: $0)) }
        case .i64: return Int64(exactly: rounded).map { UInt64(bitPattern: $0) }
        case .f32:
            let single = Float(number)
            return single.isFinite || !number.isFinite ? UInt64(single.bitPattern) : nil
        case .f64: return number.bitPattern
        }
    }

    /// The integer in the bits, as options and missing values are listed; nil for a floating-point number.
    func integer(_ bits: UInt64) -> Int64? {
        switch self {
        case .u16, .u32: Int64(bits)
        case .u64: Int64(exactly: bits)
        case .i16: Int64(Int16(truncatingIfNeeded: bits))
        case .i32: Int64(Int32(truncatingIfNeeded: bits))
        case .i64: Int64(bitPattern: bits)
        case .f32, .f64: nil
        }
    }
}
