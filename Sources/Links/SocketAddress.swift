import Glibc

/// An IPv4 or IPv6 address with its port, as the kernel keeps it.
struct SocketAddress: Sendable {
    private let storage: [UInt8]
    let family: Int32

    /// An address written in numbers, without asking a name server.
    init?(numeric host: String, port: UInt16) {
        guard let first = Self.lookUp(host, port: port, flags: AI_NUMERICHOST).first else { return nil }
        self = first
    }

    /// Asks the name server. Blocks.
    static func resolve(_ host: String, port: UInt16) -> [SocketAddress] {
        Self.lookUp(host, port: port, flags: AI_ADDRCONFIG)
    }

    /// The address a socket is bound to, as text and port.
    static func boundPort(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard result == 0 else { return nil }
        return withUnsafeBytes(of: &address) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    }

    static func setOption(_ level: Int, _ option: Int32, of descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(level), option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    func use(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        self.storage.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return -1 }
            return body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    private init(storage: [UInt8], family: Int32) {
        self.storage = storage
        self.family = family
    }

    private static func lookUp(_ host: String, port: UInt16, flags: Int32) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var entry = list
        while let information = entry?.pointee {
            let bytes = UnsafeRawBufferPointer(start: information.ai_addr, count: Int(information.ai_addrlen))
            found.append(SocketAddress(storage: Array(bytes), family: information.ai_family))
            entry = information.ai_next
        }
        return found
    }
}
