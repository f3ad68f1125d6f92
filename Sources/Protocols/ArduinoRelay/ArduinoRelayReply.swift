/// What an Arduino relay board answers.
public enum ArduinoRelayReply: Sendable, Hashable {
    /// The pin as read back: true for high.
    case pin(Bool)
    case invalidInput
    case garbled

    private static let refusal = Array("Invalid input".utf8)

    /// How many bytes at the beginning of `bytes` make up the next reply; nil if more must come. Replies may have a
    /// line ending or none, hence a digit is a whole reply, and endings before it are taken with it.
    public static func length(in bytes: ArraySlice<UInt8>) -> Int? {
        let endings = bytes.prefix { $0 == 0x0A || $0 == 0x0D }.count
        let rest = bytes.dropFirst(endings)
        guard let first = rest.first else { return nil }
        guard first == Self.refusal[0] else { return endings + 1 }
        if rest.count >= Self.refusal.count { return endings + Self.refusal.count }
        return Self.refusal.starts(with: rest) ? nil : endings + rest.count
    }

    public init(parsing bytes: some Sequence<UInt8>) {
        switch bytes.filter({ $0 != 0x0A && $0 != 0x0D }) {
        case [UInt8(ascii: "1")]: self = .pin(true)
        case [UInt8(ascii: "0")]: self = .pin(false)
        case Self.refusal: self = .invalidInput
        default: self = .garbled
        }
    }
}
