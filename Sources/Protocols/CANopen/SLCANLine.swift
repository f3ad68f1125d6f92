/// One line between a host and a serial CAN adapter in Lawicel's ASCII protocol (CANable and others).
public enum SLCANLine: Sendable, Hashable {
    case frame(CANFrame)
    /// `C`: the channel is closed.
    case close
    /// `S0`…`S8`; 8 is 1 Mbit/s.
    case rate(UInt8)
    /// `O`: the channel is opened.
    case open
    /// The adapter did what it was told: an empty line, or `z` after a frame.
    case acknowledged
    /// BEL: the adapter refused.
    case refused
    /// Anything else, without its ending.
    case unknown([UInt8])

    static let carriageReturn: UInt8 = 0x0D
    static let bell: UInt8 = 0x07

    /// - Parameter line: without its ending.
    public init(parsing line: ArraySlice<UInt8>) {
        guard let first = line.first else {
            self = .acknowledged
            return
        }
        switch first {
        case UInt8(ascii: "t"), UInt8(ascii: "r"):
            self =
                Self.frame(line.dropFirst(), isRemote: first == UInt8(ascii: "r")).map(Self.frame)
                ?? .unknown(Array(line))
        case UInt8(ascii: "z") where line.count == 1, UInt8(ascii: "Z") where line.count == 1: self = .acknowledged
        case UInt8(ascii: "C") where line.count == 1: self = .close
        case UInt8(ascii: "O") where line.count == 1: self = .open
        case UInt8(ascii: "S") where line.count == 2:
            let digit = line[line.startIndex + 1] &- UInt8(ascii: "0")
            self = digit <= 8 ? .rate(digit) : .unknown(Array(line))
        default: self = .unknown(Array(line))
        }
    }

    /// The line with its ending.
    public var bytes: [UInt8] {
        switch self {
        case .frame(let frame): Self.text(of: frame) + [Self.carriageReturn]
        case .close: [UInt8(ascii: "C"), Self.carriageReturn]
        case .rate(let rate): [UInt8(ascii: "S"), UInt8(ascii: "0") + min(rate, 8), Self.carriageReturn]
        case .open: [UInt8(ascii: "O"), Self.carriageReturn]
        case .acknowledged: [Self.carriageReturn]
        case .refused: [Self.bell]
        case .unknown(let line): line + [Self.carriageReturn]
        }
    }

    private static func text(of frame: CANFrame) -> [UInt8] {
        let identifier = frame.identifier
        var text: [UInt8] = [UInt8(ascii: frame.isRemote ? "r" : "t")]
        text += [identifier >> 8 & 0xF, identifier >> 4 & 0xF, identifier & 0xF].map { Self.digit(UInt8($0)) }
        text.append(Self.digit(UInt8(frame.payload.count)))
        if !frame.isRemote { for byte in frame.payload { text += [Self.digit(byte >> 4), Self.digit(byte & 0xF)] } }
        return text
    }

    /// - Parameter text: behind the letter. Adapters may append a time stamp of four digits.
    private static func frame(_ text: ArraySlice<UInt8>, isRemote: Bool) -> CANFrame? {
        let digits = text.compactMap(Self.nibble)
        guard digits.count == text.count, digits.count >= 4 else { return nil }
        let identifier = UInt16(digits[0]) << 8 | UInt16(digits[1]) << 4 | UInt16(digits[2])
        let count = Int(digits[3])
        let expected = 4 + (isRemote ? 0 : 2 * count)
        guard identifier <= 0x7FF, count <= 8, digits.count == expected || digits.count == expected + 4 else {
            return nil
        }
        let payload = isRemote ? [] : (0..<count).map { digits[4 + 2 * $0] << 4 | digits[5 + 2 * $0] }
        return CANFrame(identifier, payload, isRemote: isRemote)
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
