/// Where the console listens, and to whom it answers.
public struct ConsoleOptions: Sendable, Hashable {
    /// Files of a server's certificate chain and its private key, in PEM.
    public struct TLS: Sendable, Hashable {
        public var certificateFile: String
        public var keyFile: String

        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// An address of this machine.
    public var host: String
    /// 0 takes any that is free.
    public var port: Int
    /// Whether another port is taken where this one is in use.
    public var mayTakeAnotherPort: Bool
    public var tls: TLS?
    /// Names by which browsers reach it, besides its address.
    public var names: [String]
    /// Shown in every title.
    public var lab: String

    public init(
        host: String = "127.0.0.1", port: Int = 8080, mayTakeAnotherPort: Bool = false, tls: TLS? = nil,
        names: [String] = [], lab: String = ""
    ) {
        self.host = host
        self.port = port
        self.mayTakeAnotherPort = mayTakeAnotherPort
        self.tls = tls
        self.names = names
        self.lab = lab
    }

    public static let standardPort = 8080

    /// Whether nobody but this machine reaches it.
    public var isLoopback: Bool { Self.isLoopback(self.host) }

    /// Whether an address, or `localhost`, means this machine alone.
    public static func isLoopback(_ host: String) -> Bool {
        let address = host.hasPrefix("::ffff:") ? host.dropFirst(7) : host[...]
        if address == "localhost" || address == "::1" { return true }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Reads `host:port`, `[::1]:8080` or a port alone. Nil for anything else.
    public init?(listening text: String) {
        var host = "127.0.0.1"
        var port = text[...]
        if let colon = text.lastIndex(of: ":") {
            host = String(text[..<colon])
            port = text[text.index(after: colon)...]
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        }
        guard let number = UInt16(port), !host.isEmpty else { return nil }
        self.init(host: host, port: Int(number))
    }
}
