/// How Modbus messages are framed on a line.
public enum ModbusFraming: Sendable, Hashable {
    /// With the MBAP header, over TCP.
    case tcp
    /// With a checksum, on a serial line, or behind a serial server that passes bytes over TCP.
    case rtu(baud: Int)

    /// Rest between two frames: 3.5 characters, 1.75 ms beyond 19,200 baud (Modbus over Serial Line V1.02, 2.5.1.1).
    var silentInterval: Duration {
        switch self {
        case .tcp: .zero
        case .rtu(let baud): baud > 19_200 ? .microseconds(1750) : self.time(forBits: 38.5)
        }
    }

    /// How long `count` bytes are on the wire, with 11 bits each.
    func transmission(of count: Int) -> Duration { self.time(forBits: 11 * Double(count)) }

    private func time(forBits bits: Double) -> Duration {
        switch self {
        case .tcp: .zero
        case .rtu(let baud): .microseconds(Int64(bits * 1e6 / Double(max(baud, 1))))
        }
    }
}
