/// What a device answers.
public enum ModbusResponse: Sendable, Hashable {
    /// To reads and to function 23.
    case contents(ModbusContents)
    /// To writes, once address and value have been compared with the request.
    case done
    case exception(ModbusException)

    /// Reads the answer to a request. Nothing is taken on trust: function, length and echo must fit.
    public init(parsing pdu: ArraySlice<UInt8>, to request: ModbusRequest) throws(ModbusMisfit) {
        guard let function = pdu.first else { throw .empty }
        if function == request.function | 0x80 {
            guard pdu.count == 2 else { throw .wrongLength(pdu.count, instead: 2) }
            guard let code = pdu.last, let exception = ModbusException(code: code) else {
                throw .unknownException(pdu.last ?? 0)
            }
            self = .exception(exception)
            return
        }
        guard function == request.function else { throw .wrongFunction(function, instead: request.function) }
        let expected = Self.length(of: request)
        guard pdu.count == expected else { throw .wrongLength(pdu.count, instead: expected) }
        switch request {
        case .read(let table, _, let count):
            let bytes = try Self.counted(pdu)
            self = .contents(
                table.holdsBits
                    ? .bits(ModbusBits.unpacked(bytes, count: count)) : .registers(ModbusBits.registers(of: bytes)))
        case .readWriteRegisters:
            self = .contents(.registers(ModbusBits.registers(of: try Self.counted(pdu))))
        case .writeCoil, .writeRegister, .maskRegister, .writeCoils, .writeRegisters:
            guard pdu.elementsEqual(request.pdu.prefix(expected)) else { throw .wrongEcho }
            self = .done
        }
    }

    /// The protocol data unit with which a device answers a request.
    public func pdu(to request: ModbusRequest) -> [UInt8] {
        switch self {
        case .contents(.bits(let bits)):
            let bytes = ModbusBits.packed(bits)
            return [request.function, UInt8(truncatingIfNeeded: bytes.count)] + bytes
        case .contents(.registers(let registers)):
            let bytes = ModbusBits.bytes(of: registers)
            return [request.function, UInt8(truncatingIfNeeded: bytes.count)] + bytes
        case .done:
            return Array(request.pdu.prefix(Self.length(of: request)))
        case .exception(let exception):
            return [request.function | 0x80, exception.code]
        }
    }

    /// Bytes of the answer to a request, function code included, unless it is an exception.
    public static func length(of request: ModbusRequest) -> Int {
        switch request {
        case .read(let table, _, let count): 2 + (table.holdsBits ? (count + 7) / 8 : 2 * count)
        case .readWriteRegisters(_, let count, _, _): 2 + 2 * count
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters: 5
        case .maskRegister: 7
        }
    }

    private static func counted(_ pdu: ArraySlice<UInt8>) throws(ModbusMisfit) -> ArraySlice<UInt8> {
        let bytes = pdu.dropFirst(2)
        let count = Int(pdu[pdu.startIndex + 1])
        guard bytes.count == count else { throw .wrongLength(2 + count, instead: pdu.count) }
        return bytes
    }
}
