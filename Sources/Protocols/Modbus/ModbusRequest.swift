/// What a device is asked: functions 1–6, 15, 16, 22 and 23 (Modbus Application Protocol V1.1b3, 6).
public enum ModbusRequest: Sendable, Hashable {
    /// Functions 1 to 4; up to 2,000 bits or 125 registers.
    case read(ModbusTable, address: UInt16, count: Int)
    /// Function 5.
    case writeCoil(address: UInt16, Bool)
    /// Function 6.
    case writeRegister(address: UInt16, UInt16)
    /// Function 15; up to 1,968.
    case writeCoils(address: UInt16, [Bool])
    /// Function 16; up to 123.
    case writeRegisters(address: UInt16, [UInt16])
    /// Function 22: register = (register AND and) OR (or AND NOT and).
    case maskRegister(address: UInt16, and: UInt16, or: UInt16)
    /// Function 23: writes first, up to 121, then reads, up to 125.
    case readWriteRegisters(read: UInt16, count: Int, write: UInt16, [UInt16])

    public var function: UInt8 {
        switch self {
        case .read(.coil, _, _): 1
        case .read(.discrete, _, _): 2
        case .read(.holding, _, _): 3
        case .read(.input, _, _): 4
        case .writeCoil: 5
        case .writeRegister: 6
        case .writeCoils: 15
        case .writeRegisters: 16
        case .maskRegister: 22
        case .readWriteRegisters: 23
        }
    }

    /// Whether it changes nothing in the device.
    public var isRead: Bool {
        if case .read = self { true } else { false }
    }

    /// What is wrong with the request by the protocol's own limits, in words; nil if nothing.
    public var fault: String? {
        func check(_ address: UInt16, _ count: Int, _ limit: Int) -> String? {
            if !(1...limit).contains(count) { return "\(count) at once; 1 to \(limit) are possible" }
            return Int(address) + count > 65536 ? "\(count) from address \(address) on end beyond 65535" : nil
        }
        switch self {
        case .read(let table, let address, let count): return check(address, count, table.readLimit)
        case .writeCoil, .writeRegister, .maskRegister: return nil
        case .writeCoils(let address, let bits): return check(address, bits.count, 1968)
        case .writeRegisters(let address, let registers): return check(address, registers.count, 123)
        case .readWriteRegisters(let read, let count, let write, let registers):
            return check(read, count, 125) ?? check(write, registers.count, 121)
        }
    }
}

extension ModbusRequest: CustomStringConvertible {
    public var description: String {
        func span(_ address: UInt16, _ count: Int) -> String {
            count == 1 ? "\(address)" : "\(address)–\(Int(address) + count - 1)"
        }
        return switch self {
        case .read(let table, let address, let count): "read \(table.rawValue) \(span(address, count))"
        case .writeCoil(let address, let isOn): "set coil \(address) \(isOn ? "on" : "off")"
        case .writeRegister(let address, let value): "set holding \(address) to \(value)"
        case .writeCoils(let address, let bits): "set coil \(span(address, bits.count))"
        case .writeRegisters(let address, let registers): "set holding \(span(address, registers.count))"
        case .maskRegister(let address, _, _): "set bits of holding \(address)"
        case .readWriteRegisters(let read, let count, let write, let registers):
            "set holding \(span(write, registers.count)) and read \(span(read, count))"
        }
    }
}
