import Glibc
import Synchronization

/// The instrument's side of a pseudo-terminal: what a simulated serial instrument sits on.
///
/// The slave's path goes to the host side. The slave is kept open here as well, so that hosts may come and go.
public final class PseudoTerminal: Sendable {
    /// The slave, `/dev/pts/4` for example.
    public let path: String
    public let channel: ByteChannel
    private let slave: Mutex<Int32>

    public var endpoint: LinkEndpoint { .tty(path: self.path) }

    public init() throws(LinkOpeningError) {
        let master = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard master >= 0 else { throw LinkOpeningError(.absent, "no pseudo-terminal to be had: \(SystemError.last)") }
        var number: Int32 = 0
        var locked: Int32 = 0
        guard ioctl(master, Self.setLock, &locked) == 0, ioctl(master, Self.getNumber, &number) == 0 else {
            let error = SystemError.last
            _ = Glibc.close(master)
            throw LinkOpeningError(.absent, "the pseudo-terminal has no slave: \(error)")
        }
        self.path = "/dev/pts/\(number)"
        let slave = Glibc.open(self.path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard slave >= 0 else {
            let error = SystemError.last
            _ = Glibc.close(master)
            throw LinkOpeningError(.absent, "\(self.path): \(error)")
        }
        // Raw from the start: an echoing slave would send the instrument its own words before a host is there.
        var attributes = termios()
        tcgetattr(slave, &attributes)
        cfmakeraw(&attributes)
        tcsetattr(slave, TCSANOW, &attributes)
        self.channel = ByteChannel(takingOver: master)
        self.slave = Mutex(slave)
    }

    /// Takes the instrument away, as if its plug were pulled.
    public func close() {
        self.slave.withLock { slave in
            if slave >= 0 { _ = Glibc.close(slave) }
            slave = -1
        }
        self.channel.close()
    }

    /// TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h; the C library's module does not show its own names for them.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    deinit {
        self.close()
    }
}
