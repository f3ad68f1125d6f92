extension ModbusRequest {
    /// The protocol data unit: function code and what follows, without address and checksum.
    public var pdu: [UInt8] {
        var pdu = [self.function]
        switch self {
        case .read(_, let address, let count):
            pdu.append(address, UInt16(truncatingIfNeeded: count))
        case .writeCoil(let address, let isOn):
            pdu.append(address, isOn ? 0xFF00 : 0)
        case .writeRegister(let address, let value):
            pdu.append(address, value)
        case .writeCoils(let address, let bits):
            pdu.append(address, UInt16(truncatingIfNeeded: bits.count))
            pdu.append(counted: ModbusBits.packed(bits))
        case .writeRegisters(let address, let registers):
            pdu.append(address, UInt16(truncatingIfNeeded: registers.count))
            pdu.append(counted: ModbusBits.bytes(of: registers))
        case .maskRegister(let address, let and, let or):
            pdu.append(address, and, or)
        case .readWriteRegisters(let read, let count, let write, let registers):
            pdu.append(read, UInt16(truncatingIfNeeded: count), write, UInt16(truncatingIfNeeded: registers.count))
            pdu.append(counted: ModbusBits.bytes(of: registers))
        }
        return pdu
    }

    /// Reads a request as a device does.
    ///
    /// - Throws: what the device answers: 1 for a function it does not have, 2 where the addresses end beyond 65535, 3 for
    ///   everything else.
    public init(parsing pdu: [UInt8]) throws(ModbusException) {
        guard let function = pdu.first else { throw .illegalFunction }
        switch function {
        case 1, 2, 3, 4:
            let fields = try Self.fields(2, of: pdu)
            let table: ModbusTable = [.coil, .discrete, .holding, .input][Int(function) - 1]
            self = .read(table, address: fields[0], count: Int(fields[1]))
        case 5:
            let fields = try Self.fields(2, of: pdu)
            guard fields[1] == 0xFF00 || fields[1] == 0 else { throw .illegalValue }
            self = .writeCoil(address: fields[0], fields[1] != 0)
        case 6:
            let fields = try Self.fields(2, of: pdu)
            self = .writeRegister(address: fields[0], fields[1])
        case 15:
            let (fields, bytes) = try Self.countedFields(2, of: pdu)
            guard bytes.count == (Int(fields[1]) + 7) / 8 else { throw .illegalValue }
            self = .writeCoils(address: fields[0], ModbusBits.unpacked(bytes, count: Int(fields[1])))
        case 16:
            let (fields, bytes) = try Self.countedFields(2, of: pdu)
            guard bytes.count == 2 * Int(fields[1]) else { throw .illegalValue }
            self = .writeRegisters(address: fields[0], ModbusBits.registers(of: bytes))
        case 22:
            let fields = try Self.fields(3, of: pdu)
            self = .maskRegister(address: fields[0], and: fields[1], or: fields[2])
        case 23:
            let (fields, bytes) = try Self.countedFields(4, of: pdu)
            guard bytes.count == 2 * Int(fields[3]) else { throw .illegalValue }
            self = .readWriteRegisters(
                read: fields[0], count: Int(fields[1]), write: fields[2], ModbusBits.registers(of: bytes))
        default: throw .illegalFunction
        }
        guard self.fault == nil else { throw self.hasTooMany ? .illegalValue : .illegalAddress }
    }

    /// Whether it is the number and not the place that is at fault.
    private var hasTooMany: Bool {
        switch self {
        case .read(let table, _, let count): !(1...table.readLimit).contains(count)
        case .writeCoil, .writeRegister, .maskRegister: false
        case .writeCoils(_, let bits): !(1...1968).contains(bits.count)
        case .writeRegisters(_, let registers): !(1...123).contains(registers.count)
        case .readWriteRegisters(_, let count, _, let registers):
            !(1...125).contains(count) || !(1...121).contains(registers.count)
        }
    }

    private static func fields(_ count: Int, of pdu: [UInt8]) throws(ModbusException) -> [UInt16] {
        guard pdu.count == 1 + 2 * count else { throw .illegalValue }
        return ModbusBits.registers(of: pdu[1...])
    }

    private static func countedFields(
        _ count: Int, of pdu: [UInt8]
    ) throws(ModbusException) -> ([UInt16], ArraySlice<UInt8>) {
        let head = 1 + 2 * count
        guard pdu.count > head, pdu.count == head + 1 + Int(pdu[head]) else { throw .illegalValue }
        return (ModbusBits.registers(of: pdu[1..<head]), pdu[(head + 1)...])
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ fields: UInt16...) {
        for field in fields { self += [UInt8(field >> 8), UInt8(field & 0xFF)] }
    }

    fileprivate mutating func append(counted bytes: [UInt8]) {
        self.append(UInt8(truncatingIfNeeded: bytes.count))
        self += bytes
    }
}
