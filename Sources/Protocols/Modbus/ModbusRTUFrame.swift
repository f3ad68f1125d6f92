/// A message on a serial line: unit, protocol data unit, checksum.
public struct ModbusRTUFrame: Sendable, Hashable {
    /// 1…247, or 0 for all units.
    public var unit: UInt8
    public var pdu: [UInt8]

    public init(unit: UInt8, pdu: [UInt8]) {
        self.unit = unit
        self.pdu = pdu
    }

    /// Nil if the checksum does not fit or it is too short for a frame.
    public init?(parsing bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 4, bytes.count <= Self.longest else { return nil }
        let checksum = UInt16(bytes[bytes.endIndex - 2]) | UInt16(bytes[bytes.endIndex - 1]) << 8
        guard ModbusCRC.checksum(bytes.dropLast(2)) == checksum else { return nil }
        self.init(unit: bytes[bytes.startIndex], pdu: Array(bytes.dropFirst().dropLast(2)))
    }

    public var bytes: [UInt8] {
        let message = [self.unit] + self.pdu
        let checksum = ModbusCRC.checksum(message)
        return message + [UInt8(checksum & 0xFF), UInt8(checksum >> 8)]
    }

    public static let longest = 256

    /// Bytes of the request that begins here, by its function; nil if more must come to tell. An unknown function counts
    /// as the shortest frame there is, which its checksum then decides.
    public static func requestLength(in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return switch bytes[bytes.startIndex + 1] {
        case 1...6: 8
        case 15, 16: Self.countedLength(at: 6, in: bytes)
        case 22: 10
        case 23: Self.countedLength(at: 10, in: bytes)
        default: 4
        }
    }

    /// Bytes of the answer that begins here, by its function; nil if more must come to tell. An unknown function counts
    /// as an exception.
    public static func responseLength(in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return switch bytes[bytes.startIndex + 1] {
        case 1...4, 23: Self.countedLength(at: 2, in: bytes)
        case 5, 6, 15, 16: 8
        case 22: 10
        default: 5
        }
    }

    private static func countedLength(at place: Int, in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.count > place ? place + 1 + Int(bytes[bytes.startIndex + place]) + 2 : nil
    }
}
