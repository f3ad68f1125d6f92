/// Why the console is not served.
public enum ConsoleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Passwords would go through the network as they are.
    case clearText(String)
    case certificate(ConsoleOptions.TLS, String)
    case address(String, Int, String)

    public var description: String {
        switch self {
        case .clearText(let host):
            "the console would listen at \(host), beyond this machine, without TLS; name a certificate and its key under "
                + "`console.tls`, or listen at 127.0.0.1"
        case .certificate(let files, let reason):
            "the console's certificate \(files.certificateFile) or its key \(files.keyFile) cannot be read: \(reason)"
        case .address(let host, let port, let reason):
            "the console cannot listen at \(host):\(port): \(reason); is another program there? Change `console.listen`"
        }
    }
}
