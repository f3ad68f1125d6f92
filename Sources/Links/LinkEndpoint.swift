import Glibc

/// Where a device can be reached: `tcp://host:port`, `tty:///dev/serial/by-id/…`, `can://can0` or `folder:///mnt/…`.
public enum LinkEndpoint: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: UInt16)
    case tty(path: String)
    /// A CAN interface of the kernel.
    case can(interface: String)
    /// Files are exchanged; `FolderLink` does it.
    case folder(path: String)

    /// Says what is wrong with an address and what one looks like.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    public init(parsing text: String) throws(Invalid) {
        if let rest = Self.remainder(of: text, after: "tcp://") {
            self = try Self.socket(rest, in: text)
        } else if let path = Self.remainder(of: text, after: "tty://") {
            guard path.hasPrefix("/"), path.utf8.count > 1, !path.utf8.contains(0) else {
                throw Invalid(description: "\(text): the device path must be absolute, as in tty:///dev/ttyACM0")
            }
            self = .tty(path: path)
        } else if let interface = Self.remainder(of: text, after: "can://") {
            // The kernel's limit for names of interfaces.
            guard (1...15).contains(interface.utf8.count),
                interface.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
            else {
                throw Invalid(description: "\(text): expected the name of a CAN interface, as in can://can0")
            }
            self = .can(interface: interface)
        } else if let path = Self.remainder(of: text, after: "folder://") {
            guard path.hasPrefix("/"), path.utf8.count > 1, !path.utf8.contains(0) else {
                throw Invalid(description: "\(text): the folder's path must be absolute, as in folder:///mnt/dma")
            }
            self = .folder(path: path)
        } else {
            throw Invalid(description: "\(text): expected tcp://host:port, tty:///dev/…, can://… or folder:///…")
        }
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port):
            host.utf8.contains(UInt8(ascii: ":")) ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
        case .tty(let path): "tty://\(path)"
        case .can(let interface): "can://\(interface)"
        case .folder(let path): "folder://\(path)"
        }
    }

    /// The line behind the endpoint; that of a folder never opens. `serial` sets up a tty and is of no matter for TCP.
    public func transport(serial: SerialSettings = SerialSettings(baud: 115_200)) -> any LinkTransport {
        switch self {
        case .tcp(let host, let port): TCPLink(host: host, port: port)
        case .tty(let path): SerialLink(path: path, settings: serial)
        case .can(let interface): SocketCANLink(interface: interface)
        case .folder: NoLine(address: self.description)
        }
    }

    private static func socket(_ rest: String, in text: String) throws(Invalid) -> LinkEndpoint {
        guard let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")) else {
            throw Invalid(description: "\(text): the port is missing, as in tcp://10.0.0.7:49152")
        }
        guard let port = UInt16(rest[rest.utf8.index(after: colon)...]), port > 0 else {
            throw Invalid(description: "\(text): the port must be a number from 1 to 65535")
        }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "/") || $0 >= 0x7F }) else {
            throw Invalid(description: "\(text): the host is missing or has characters that no host name has")
        }
        return .tcp(host: String(host), port: port)
    }

    private static func remainder(of text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}

/// Stands where an address leads to no line.
private struct NoLine: LinkTransport {
    let address: String
    let recovery = LinkRecovery.reopen
    let reopeningForgets = true

    func open(within limit: Duration) async throws(LinkOpeningError) -> ByteChannel {
        throw LinkOpeningError(.misconfigured, "\(self.address) is a folder; this device needs a line")
    }
}
