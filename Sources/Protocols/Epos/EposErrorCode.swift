/// Why a maxon drive is in its fault state: the codes of emergency messages and of object 603F.
public struct EposErrorCode: Sendable, Hashable {
    public let rawValue: UInt16

    public init(_ rawValue: UInt16) { self.rawValue = rawValue }

    public static let overcurrent = EposErrorCode(0x2310)
    public static let heartbeat = EposErrorCode(0x8130)
    public static let followingError = EposErrorCode(0x8611)
    public static let positionLimit = EposErrorCode(0xFF09)
    public static let overload = EposErrorCode(0xFF0B)

    /// In plain words; nil for codes that are not documented.
    public var meaning: String? { Self.meanings[self.rawValue] }

    /// What an operator does about it.
    public var advice: String {
        switch self.rawValue {
        case 0x2310, 0x8611, 0xFF0B:
            "Remove what holds the plunger (blocked line, closed valve, end stop, too fast for the liquid), then clear the "
                + "fault."
        case 0x3210, 0x3220, 0x5113, 0x5114: "Check the supply of the pump, then clear the fault."
        case 0x4210: "Let the drive cool down, then clear the fault."
        case 0x7320, 0xFF01...0xFF04, 0xFF08, 0xFF0A: "Check the encoder's cable; the position may be lost."
        case 0x8110...0x81FF: "Check cable and termination of the CAN bus, then clear the fault."
        case 0xFF06, 0xFF07, 0xFF09: "The plunger is at its limit; clear the fault and move it back."
        default: "Look the code up in the drive's firmware specification, then clear the fault."
        }
    }

    private static let meanings: [UInt16: String] = [
        0x1000: "generic error", 0x2310: "over-current", 0x3210: "over-voltage", 0x3220: "under-voltage",
        0x4210: "over-temperature", 0x5113: "5 V supply too low", 0x5114: "supply of the output stage too low",
        0x6100: "internal software error", 0x6320: "parameter error", 0x7320: "position sensor error",
        0x8110: "CAN overrun, objects lost", 0x8111: "CAN overrun", 0x8120: "CAN passive", 0x8130: "heartbeat error",
        0x8150: "CAN identifier collision", 0x81FD: "CAN bus off", 0x81FE: "CAN receive queue overrun",
        0x81FF: "CAN transmit queue overrun", 0x8210: "process message too short", 0x8611: "following error",
        0xFF01: "Hall sensor error", 0xFF02: "index pulse error", 0xFF03: "wrong encoder resolution",
        0xFF04: "Hall sensor not found", 0xFF06: "negative limit switch", 0xFF07: "positive limit switch",
        0xFF08: "Hall angle error", 0xFF09: "software position limit", 0xFF0A: "position sensor breach",
        0xFF0B: "overload", 0xFF0C: "interpolated position mode error", 0xFF0D: "auto-tuning failed",
    ]
}

extension EposErrorCode: CustomStringConvertible {
    public var description: String {
        let digits = String(self.rawValue, radix: 16, uppercase: true)
        let code = "0x" + String(repeating: "0", count: 4 - digits.count) + digits
        return self.meaning.map { "\($0) (\(code))" } ?? "error \(code)"
    }
}
