public import Protocols

/// What a Modbus device has in its tables: the model behind a simulated unit. An address that it does not have is refused,
/// as is writing where only reading is possible.
public struct ModbusMemory: Sendable, Hashable {
    private var bits: [ModbusTable: [UInt16: Bool]] = [:]
    private var registers: [ModbusTable: [UInt16: UInt16]] = [:]
    /// The most registers and bits that one request may ask for; some devices allow less than the protocol.
    public var largestRead = 125
    public var largestBitRead = 2000

    public init() {}

    /// Gives the device these addresses, with what they hold.
    public mutating func set(_ table: ModbusTable, from address: UInt16, _ contents: ModbusContents) {
        switch contents {
        case .bits(let bits):
            for (offset, bit) in bits.enumerated() { self.bits[table, default: [:]][address &+ UInt16(offset)] = bit }
        case .registers(let registers):
            for (offset, register) in registers.enumerated() {
                self.registers[table, default: [:]][address &+ UInt16(offset)] = register
            }
        }
    }

    /// Gives the device a point with its value.
    public mutating func set(_ point: ModbusPoint, to value: ModbusValue) throws(ModbusPointError) {
        let contents = try point.contents(for: value)
        guard case .bits = point.encoding, case .registers(let registers) = contents,
            let masks = try point.masks(for: value)
        else { return self.set(point.table, from: point.address, contents) }
        let old = self.registers[point.table]?[point.address] ?? 0
        self.set(point.table, from: point.address, .registers([old & masks.and | registers[0]]))
    }

    /// The point's value; nil where the device does not have it or it holds none.
    public func value(of point: ModbusPoint) -> ModbusValue? {
        guard let contents = self.contents(point.table, point.address, point.range.count) else { return nil }
        return try? point.value(in: contents, from: point.range.lowerBound)
    }

    /// Does what a request asks for.
    public mutating func answer(_ request: ModbusRequest) -> ModbusResponse {
        do throws(ModbusException) {
            return try self.perform(request)
        } catch {
            return .exception(error)
        }
    }

    private mutating func perform(_ request: ModbusRequest) throws(ModbusException) -> ModbusResponse {
        switch request {
        case .read(let table, let address, let count):
            guard count <= (table.holdsBits ? self.largestBitRead : self.largestRead) else { throw .illegalValue }
            return .contents(try self.present(table, address, count))
        case .writeCoil(let address, let bit):
            try self.write(.coil, address, .bits([bit]))
        case .writeCoils(let address, let bits):
            try self.write(.coil, address, .bits(bits))
        case .writeRegister(let address, let register):
            try self.write(.holding, address, .registers([register]))
        case .writeRegisters(let address, let registers):
            try self.write(.holding, address, .registers(registers))
        case .maskRegister(let address, let and, let or):
            guard let old = self.registers[.holding]?[address] else { throw .illegalAddress }
            try self.write(.holding, address, .registers([old & and | or & ~and]))
        case .readWriteRegisters(let read, let count, let write, let registers):
            _ = try self.present(.holding, read, count)
            try self.write(.holding, write, .registers(registers))
            return .contents(try self.present(.holding, read, count))
        }
        return .done
    }

    private mutating func write(
        _ table: ModbusTable, _ address: UInt16, _ contents: ModbusContents
    ) throws(ModbusException) {
        _ = try self.present(table, address, contents.count)
        self.set(table, from: address, contents)
    }

    private func present(
        _ table: ModbusTable, _ address: UInt16, _ count: Int
    ) throws(ModbusException) -> ModbusContents {
        guard let contents = self.contents(table, address, count) else { throw .illegalAddress }
        return contents
    }

    private func contents(_ table: ModbusTable, _ address: UInt16, _ count: Int) -> ModbusContents? {
        guard Int(address) + count <= 65536 else { return nil }
        let addresses = (0..<count).map { address + UInt16($0) }
        if table.holdsBits {
            guard let bits = self.bits[table] else { return nil }
            let found = addresses.compactMap { bits[$0] }
            return found.count == count ? .bits(found) : nil
        }
        guard let registers = self.registers[table] else { return nil }
        let found = addresses.compactMap { registers[$0] }
        return found.count == count ? .registers(found) : nil
    }
}
