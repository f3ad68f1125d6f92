/// What an Arduino relay board is told: lines of ASCII, `2_1` for relay 2 on. The firmware answers with the read-back of
/// the pin, `1` or `0`, or with `Invalid input`; the original one without a line ending.
public enum ArduinoRelayCommand: Sendable, Hashable {
    case set(channel: Int, energised: Bool)
    case read(channel: Int)
    /// On for 250 ms, then off; not answered.
    case pulse(channel: Int)

    /// The relays of a board.
    public static let channels = 1...4
    /// The line ending included.
    public var bytes: [UInt8] { Array((self.text + "\n").utf8) }

    public var text: String {
        switch self {
        case .set(let channel, let energised): "\(channel)_\(energised ? 1 : 0)"
        case .read(let channel): "\(channel)_read"
        case .pulse(let channel): "\(channel)_pulse"
        }
    }
}
