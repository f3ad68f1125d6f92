/// Where a SiLA 2 server listens and how it is trusted.
public struct SiLAEndpoint: Sendable, Hashable {
    public enum Security: Sendable, Hashable {
        /// No encryption: for a server on the same computer, or a simulated one.
        case plaintext
        /// TLS, with the server's own certificate in the PEM file at this path as the only one that is trusted.
        ///
        /// CETONI's servers make their certificate themselves; whoever holds its key is the server, under whatever
        /// address, so the certificate's host name is not compared.
        case pinned(certificatePath: String)
    }

    /// A host name or an IP address.
    public var host: String
    /// 50051 for the first device of a CETONI system, one more for each further device.
    public var port: Int
    public var security: Security

    public init(host: String, port: Int, security: Security) {
        self.host = host
        self.port = port
        self.security = security
    }
}

extension SiLAEndpoint: CustomStringConvertible {
    public var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}
