/// The error codes of MethodSCRIPT instruments (MethodSCRIPT manual, appendix "error codes"), in our words, with what
/// to do about them.
public struct MethodScriptErrorCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let unknownCommand = Self(rawValue: 0x0003)
    public static let wrongMode = Self(rawValue: 0x0006)
    public static let badArgument = Self(rawValue: 0x0007)
    public static let lineTooLong = Self(rawValue: 0x0008)
    public static let noScriptLoaded = Self(rawValue: 0x000C)
    public static let potentialNotAllowed = Self(rawValue: 0x000F)
    public static let badFrequency = Self(rawValue: 0x0011)
    public static let badAmplitude = Self(rawValue: 0x0012)
    public static let criticalOverload = Self(rawValue: 0x0032)
    public static let unknownScriptCommand = Self(rawValue: 0x4001)
    public static let unexpectedCharacter = Self(rawValue: 0x4004)

    public var description: String {
        "error " + String(decoding: Hexadecimal.text(UInt64(self.rawValue), width: 4), as: UTF8.self) + ", "
            + self.meaning
    }

    public var meaning: String { Self.meanings[self.rawValue] ?? "which this agent has no name for" }

    /// What the operator can do.
    public var advice: String {
        switch self.rawValue {
        case 0x0006, 0x000C: "Try again; if it stays so, switch the instrument off and on."
        case 0x000F, 0x0011, 0x0012, 0x4200...0x4206: "Correct the measurement's limits in the configuration."
        case 0x0014, 0x4027, 0x4028: "Check which other program has used the instrument, and try again."
        case 0x001A, 0x0016: "Have the instrument serviced."
        case 0x001B, 0x001F, 0x0021, 0x0023, 0x4034:
            "This instrument cannot do it: choose another technique or instrument."
        case 0x0015, 0x002B...0x002D, 0x0052: "Check the cable and the line settings."
        case 0x0032, 0x0080: "Check the leads and the cell for a short circuit before the next measurement."
        case 0x0058, 0x005A: "Choose a slower measurement."
        case 0x0082: "Clear the instrument's system warnings first."
        case 0x7FFF: "Switch the instrument off and on."
        case 0x4001...0x4FFF: "The script does not fit this firmware: compare firmware versions."
        default: "See the manual of MethodSCRIPT for this code."
        }
    }

    static let meanings: [UInt16: String] = [
        0x0001: "unspecified error", 0x0002: "invalid variable type", 0x0003: "unknown command",
        0x0004: "unknown register", 0x0005: "register cannot be written",
        0x0006: "not possible in the present mode", 0x0007: "argument out of its values", 0x0008: "line too long",
        0x0009: "command timed out", 0x000B: "out of memory for variables", 0x000C: "no script is loaded",
        0x000E: "overflow while averaging", 0x000F: "potential not allowed",
        0x0010: "a variable became NaN or infinite",
        0x0011: "frequency not allowed", 0x0012: "amplitude not allowed",
        0x0014: "open-circuit potential needs the cell off",
        0x0015: "checksum wrong", 0x0016: "flash memory failed", 0x001A: "calibration invalid",
        0x001B: "not supported by this instrument", 0x001C: "step smaller than the converter resolves",
        0x001D: "pulse smaller than the converter resolves", 0x001E: "amplitude smaller than the converter resolves",
        0x001F: "no licence for it", 0x0020: "more than one channel in high-speed or max-range mode",
        0x0021: "potentiostat mode not supported", 0x0023: "not valid in this potentiostat mode",
        0x0024: "too many variables measured at once", 0x0026: "file error", 0x0027: "file exists already",
        0x0028: "division by zero", 0x002B: "line frame wrong", 0x002C: "line frame checksum wrong",
        0x002D: "line frame out of sequence", 0x002F: "no such channel",
        0x0032: "critical overload, measurement broken off", 0x0043: "register can only be written",
        0x0046: "no multiplexer found", 0x0052: "serial line overrun", 0x0058: "fast measurement lost its timing",
        0x005A: "timing cannot be met", 0x0074: "no network address yet",
        0x007B: "temperature cannot be measured during impedance above 8 kHz", 0x0080: "counter electrode oscillates",
        0x0082: "system warnings are pending", 0x4001: "unknown script command", 0x4004: "unexpected character",
        0x4005: "script too large", 0x4008: "optional argument not valid here",
        0x400B: "measurement loop inside a measurement loop", 0x400C: "not possible in this situation",
        0x400D: "blocks nested too deep", 0x400E: "block closed that was not open", 0x400F: "array index out of bounds",
        0x4018: "script ended unexpectedly", 0x401A: "not inside a measurement loop",
        0x401B: "package commands in wrong order", 0x401C: "too many variables in a package",
        0x4020: "a script command timed out", 0x4026: "variable declared twice", 0x4027: "needs the cell on",
        0x4028: "needs the cell off", 0x4029: "needs at least one step", 0x402A: "variable name too long",
        0x402B: "variable name begins wrongly", 0x402C: "variable name has a wrong character",
        0x4032: "potential cannot be set in this loop", 0x4033: "current cannot be set in this loop",
        0x4034: "no licence for it", 0x4036: "only in a measurement loop", 0x4037: "number overflow",
        0x4039: "malformed number", 0x4200: "argument must not be negative", 0x4201: "argument must not be positive",
        0x4202: "argument must not be zero", 0x4203: "argument must be negative", 0x4204: "argument must be positive",
        0x4205: "argument out of bounds", 0x4206: "argument impossible on this instrument",
        0x4207: "integer and float confused", 0x4208: "argument is of a wrong kind", 0x420B: "variable not declared",
        0x420F: "array size wrong", 0x7FFF: "fatal error, the instrument must be reset",
    ]
}
