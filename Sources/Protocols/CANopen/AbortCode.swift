/// Why an object was not read or written: SDO abort codes of CiA 301, which maxon's serial protocols use as well, and
/// maxon's own beside them.
public struct AbortCode: Error, Sendable, Hashable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    public static let none = AbortCode(0)
    public static let toggle = AbortCode(0x0503_0000)
    public static let timedOut = AbortCode(0x0504_0000)
    public static let unknownCommand = AbortCode(0x0504_0001)
    public static let checksum = AbortCode(0x0504_0004)
    public static let writeOnly = AbortCode(0x0601_0001)
    public static let readOnly = AbortCode(0x0601_0002)
    public static let noSuchObject = AbortCode(0x0602_0000)
    public static let lengthMismatch = AbortCode(0x0607_0010)
    public static let noSuchSubindex = AbortCode(0x0609_0011)
    public static let outOfRange = AbortCode(0x0609_0030)
    public static let deviceState = AbortCode(0x0800_0022)
    public static let illegalCommand = AbortCode(0x0F00_FFBF)

    private static let meanings: [UInt32: String] = [
        0: "no error",
        0x0503_0000: "toggle bit not alternated",
        0x0504_0000: "the drive does not answer on the bus",
        0x0504_0001: "unknown command",
        0x0504_0004: "wrong checksum",
        0x0601_0000: "no such access", 0x0601_0001: "the object can only be written",
        0x0601_0002: "the object can only be read", 0x0601_0003: "subindex 0 cannot be written",
        0x0602_0000: "no such object",
        0x0604_0041: "cannot be mapped", 0x0604_0042: "too long for a process message",
        0x0604_0043: "parameter incompatible", 0x0604_0047: "internal incompatibility",
        0x0606_0000: "hardware error",
        0x0607_0010: "wrong length", 0x0607_0012: "too long", 0x0607_0013: "too short",
        0x0609_0011: "no such subindex",
        0x0609_0030: "value out of range", 0x0609_0031: "value too high", 0x0609_0032: "value too low",
        0x0609_0036: "maximum below minimum",
        0x0800_0000: "general error", 0x0800_0020: "cannot be transferred now",
        0x0800_0021: "under local control", 0x0800_0022: "not in this state of the drive",
        0x0F00_FFB9: "wrong CAN id", 0x0F00_FFBC: "not in service mode", 0x0F00_FFBE: "wrong password",
        0x0F00_FFBF: "illegal command", 0x0F00_FFC0: "wrong NMT state",
    ]
}

extension AbortCode: CustomStringConvertible {
    public var description: String {
        let digits = String(self.rawValue, radix: 16, uppercase: true)
        let code = "0x" + String(repeating: "0", count: 8 - digits.count) + digits
        return Self.meanings[self.rawValue].map { "\($0) (\(code))" } ?? code
    }
}
