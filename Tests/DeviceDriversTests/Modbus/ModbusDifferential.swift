import Protocols

/// One frame for our codec and pymodbus', and what ours reads in it.
struct ModbusDifferential {
    /// `rtu|tcp request|response HEX`
    let line: String
    /// `UNIT TRANSACTION HEX`; nil where ours takes none.
    let reading: String?

    init(using random: inout ModbusRandom) {
        let request = Self.request(using: &random)
        let isRequest = Bool.random(using: &random)
        let unit = UInt8.random(in: 1...247, using: &random)
        let transaction = UInt16.random(in: 0...65535, using: &random)
        var pdu = isRequest ? request.pdu : Self.response(to: request, using: &random).pdu(to: request)
        // A third is broken inside a sound frame, a third in the frame.
        let damage = Int.random(in: 0..<3, using: &random)
        if damage == 1 { Self.damage(&pdu, from: 1, using: &random) }
        let isTCP = Bool.random(using: &random)
        var bytes =
            isTCP
            ? ModbusTCPFrame(transaction: transaction, unit: unit, pdu: pdu).bytes
            : ModbusRTUFrame(unit: unit, pdu: pdu).bytes
        if damage == 2 { Self.damage(&bytes, from: 0, using: &random) }
        let digits = Self.hexadecimal(bytes)
        self.line = "\(isTCP ? "tcp" : "rtu") \(isRequest ? "request" : "response") \(digits)"
        let message = Self.message(bytes, isTCP: isTCP)
        self.reading = message.flatMap { unit, transaction, pdu in
            let read = isRequest ? (try? ModbusRequest(parsing: pdu))?.pdu : Self.read(pdu, request)
            return read.map { "\(unit) \(transaction) \(Self.hexadecimal($0))" }
        }
    }

    private static func message(_ bytes: [UInt8], isTCP: Bool) -> (UInt8, UInt16, [UInt8])? {
        isTCP
            ? ModbusTCPFrame(parsing: bytes[...]).map { ($0.unit, $0.transaction, $0.pdu) }
            : ModbusRTUFrame(parsing: bytes[...]).map { ($0.unit, 0, $0.pdu) }
    }

    private static func read(_ pdu: [UInt8], _ request: ModbusRequest) -> [UInt8]? {
        (try? ModbusResponse(parsing: pdu[...], to: request))?.pdu(to: request)
    }

    private static func request(using random: inout ModbusRandom) -> ModbusRequest {
        let address = UInt16.random(in: 0...65000, using: &random)
        let count = Int.random(in: 1...100, using: &random)
        let registers = (0..<count).map { _ in UInt16.random(in: 0...65535, using: &random) }
        // Whole bytes: what fills the last one up is nobody's business.
        let bits = (0..<8 * ((count + 7) / 8)).map { _ in Bool.random(using: &random) }
        return switch Int.random(in: 0..<10, using: &random) {
        case 0: .read(.coil, address: address, count: bits.count)
        case 1: .read(.discrete, address: address, count: bits.count)
        case 2: .read(.holding, address: address, count: count)
        case 3: .read(.input, address: address, count: count)
        case 4: .writeCoil(address: address, bits[0])
        case 5: .writeRegister(address: address, registers[0])
        case 6: .writeCoils(address: address, bits)
        case 7: .writeRegisters(address: address, registers)
        case 8: .maskRegister(address: address, and: registers[0], or: UInt16(count))
        default: .readWriteRegisters(read: address, count: count, write: address, registers)
        }
    }

    private static func response(to request: ModbusRequest, using random: inout ModbusRandom) -> ModbusResponse {
        if Int.random(in: 0..<8, using: &random) == 0,
            let exception = ModbusException(code: .random(in: 1...8, using: &random))
        {
            return .exception(exception)
        }
        switch request {
        case .read(let table, _, let count) where table.holdsBits:
            return .contents(.bits((0..<count).map { _ in Bool.random(using: &random) }))
        case .read(_, _, let count), .readWriteRegisters(_, let count, _, _):
            return .contents(.registers((0..<count).map { _ in UInt16.random(in: 0...65535, using: &random) }))
        default: return .done
        }
    }

    private static func damage(_ bytes: inout [UInt8], from first: Int, using random: inout ModbusRandom) {
        let place = Int.random(in: first..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(.random(in: 0...255, using: &random), at: place)
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
