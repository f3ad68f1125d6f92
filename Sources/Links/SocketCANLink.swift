import Glibc

/// A CAN interface of the kernel, opened raw: every read and every write is one frame of 16 bytes.
///
/// unverified: written for linux/can.h and not tried, for want of a kernel with CAN. Bit rate and bringing the interface up are
/// the system's (`ip link set can0 up type can bitrate 1000000`). A raw socket is not exclusive; that nobody else leads the
/// bus is for the lab to see to.
public struct SocketCANLink: LinkTransport, Hashable {
    public let interface: String

    /// Of linux/socket.h and linux/can.h; the C library has no names for them in Swift.
    private static let family: Int32 = 29
    private static let rawProtocol: Int32 = 1

    public init(interface: String) {
        self.interface = interface
    }

    public var address: String { "can://\(self.interface)" }
    public var recovery: LinkRecovery { .drain(quiet: nil) }
    public var reopeningForgets: Bool { false }

    /// Whether the interface is up; nil where there is none.
    public var isUp: Bool? {
        guard let file = fopen("/sys/class/net/\(self.interface)/flags", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        return strtoul(line, nil, 16) & UInt(IFF_UP) != 0
    }

    public func open(within limit: Duration) async throws(LinkOpeningError) -> ByteChannel {
        let descriptor = socket(Self.family, Int32(SOCK_RAW.rawValue) | O_NONBLOCK | O_CLOEXEC, Self.rawProtocol)
        guard descriptor >= 0 else {
            throw LinkOpeningError(
                .misconfigured, "\(self.address): this kernel offers no CAN (\(SystemError.last)); use a serial adapter"
            )
        }
        let index = if_nametoindex(self.interface)
        guard index != 0 else {
            _ = Glibc.close(descriptor)
            throw LinkOpeningError(.absent, "there is no CAN interface \(self.interface)")
        }
        guard Self.bind(descriptor, to: index) else {
            let error = SystemError.last
            _ = Glibc.close(descriptor)
            throw LinkOpeningError(.absent, "\(self.address): \(error)")
        }
        return ByteChannel(takingOver: descriptor)
    }

    /// `struct sockaddr_can`: family, two bytes of padding, interface, 16 bytes of addresses that raw sockets do not use.
    private static func bind(_ descriptor: Int32, to index: UInt32) -> Bool {
        var address: [UInt32] = [UInt32(Self.family), index, 0, 0, 0, 0]
        return address.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return Glibc.bind(descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
        }
    }
}
