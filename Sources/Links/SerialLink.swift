import Glibc

/// A serial line: a tty of the kernel, opened for exclusive use and set up raw.
///
/// Exclusive means flock(2), which every cooperating program and even root respects, and TIOCEXCL where the kernel has
/// it. A pseudo-terminal knows no parity, hence it is always 8N1.
public struct SerialLink: LinkTransport, Hashable {
    public let path: String
    public let settings: SerialSettings

    public init(path: String, settings: SerialSettings) {
        self.path = path
        self.settings = settings
    }

    public var address: String { "tty://\(self.path)" }
    public var recovery: LinkRecovery { .drain(quiet: nil) }
    public var reopeningForgets: Bool { false }

    public func open(within limit: Duration) async throws(LinkOpeningError) -> ByteChannel {
        let descriptor = Glibc.open(self.path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw self.openingError(SystemError.last) }
        do {
            try self.lock(descriptor)
            try self.setUp(descriptor)
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
        return ByteChannel(takingOver: descriptor) { descriptor in
            _ = ioctl(descriptor, UInt(TIOCNXCL))
            _ = flock(descriptor, LOCK_UN)
        }
    }

    private func openingError(_ error: SystemError) -> LinkOpeningError {
        switch error.number {
        case EBUSY: self.heldElsewhere()
        case EACCES, EPERM:
            LinkOpeningError(
                .misconfigured,
                "\(self.path): \(error); the agent's user must be in the tty's group, dialout"
            )
        default: LinkOpeningError(.absent, "\(self.path): \(error)")
        }
    }

    private func lock(_ descriptor: Int32) throws(LinkOpeningError) {
        guard isatty(descriptor) == 1 else {
            throw LinkOpeningError(.misconfigured, "\(self.path) is no serial line")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK
                ? self.heldElsewhere() : LinkOpeningError(.absent, "\(self.path) cannot be locked: \(SystemError.last)")
        }
        _ = ioctl(descriptor, UInt(TIOCEXCL))  // Not every kernel driver has it; flock decides.
    }

    private func heldElsewhere() -> LinkOpeningError {
        let holder = TerminalHolder(of: self.path).map { " by \($0)" } ?? " by another program"
        return LinkOpeningError(.busy, "\(self.path) is held\(holder)")
    }

    private func setUp(_ descriptor: Int32) throws(LinkOpeningError) {
        var attributes = termios()
        guard tcgetattr(descriptor, &attributes) == 0 else {
            throw LinkOpeningError(.absent, "\(self.path) cannot be set up: \(SystemError.last)")
        }
        try self.apply(to: &attributes, isPseudoTerminal: Self.isPseudoTerminal(descriptor))
        guard tcsetattr(descriptor, TCSANOW, &attributes) == 0 else {
            throw LinkOpeningError(.misconfigured, "\(self.path) refuses these settings: \(SystemError.last)")
        }
        tcflush(descriptor, TCIOFLUSH)
    }

    private func apply(to attributes: inout termios, isPseudoTerminal: Bool) throws(LinkOpeningError) {
        guard let speed = Self.speeds[self.settings.baud] else {
            throw LinkOpeningError(.misconfigured, "\(self.settings.baud) baud is no rate of this system")
        }
        cfmakeraw(&attributes)
        cfsetspeed(&attributes, speed)
        attributes.c_cflag |= tcflag_t(CLOCAL | CREAD)
        attributes.c_cflag &= ~tcflag_t(CSIZE) & ~tcflag_t(PARENB | PARODD | CSTOPB) & ~tcflag_t(CRTSCTS)
        attributes.c_cflag |= tcflag_t(self.settings.dataBits == 7 && !isPseudoTerminal ? CS7 : CS8)
        attributes.c_iflag &= ~tcflag_t(IXON | IXOFF | IXANY)
        if !isPseudoTerminal {
            switch self.settings.parity {
            case .none: break
            case .even: attributes.c_cflag |= tcflag_t(PARENB)
            case .odd: attributes.c_cflag |= tcflag_t(PARENB | PARODD)
            }
            if self.settings.stopBits == 2 { attributes.c_cflag |= tcflag_t(CSTOPB) }
        }
        switch self.settings.flowControl {
        case .none: break
        case .xonXoff: attributes.c_iflag |= tcflag_t(IXON | IXOFF)
        case .rtsCts: if !isPseudoTerminal { attributes.c_cflag |= tcflag_t(CRTSCTS) }
        }
    }

    /// Whether the tty is the slave of a pseudo-terminal: Unix 98 slaves have the major numbers 136 to 143.
    private static func isPseudoTerminal(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return (136...143).contains(UInt32(status.st_rdev >> 8) & 0xFFF)
    }

    private static let speeds: [Int: speed_t] = [
        1200: speed_t(B1200), 2400: speed_t(B2400), 4800: speed_t(B4800), 9600: speed_t(B9600),
        19200: speed_t(B19200), 38400: speed_t(B38400), 57600: speed_t(B57600), 115_200: speed_t(B115200),
        230_400: speed_t(B230400), 460_800: speed_t(B460800), 500_000: speed_t(B500000), 576_000: speed_t(B576000),
        921_600: speed_t(B921600), 1_000_000: speed_t(B1000000), 1_152_000: speed_t(B1152000),
        1_500_000: speed_t(B1500000), 2_000_000: speed_t(B2000000), 3_000_000: speed_t(B3000000),
        4_000_000: speed_t(B4000000),
    ]
}
