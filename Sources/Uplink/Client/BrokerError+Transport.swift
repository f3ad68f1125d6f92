import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

extension BrokerError {
    /// What an error below HTTP means.
    init(_ error: any Error, _ operation: String, _ address: BrokerAddress) {
        let down = "Check that the broker runs and that \(address) is its address; it is tried again by itself."
        switch error {
        case let error as BrokerError:
            self = error
        case _ where Self.isCancellation(error):
            self.init(.cancelled, operation, detail: "ended from our side", advice: "Nothing needs to be done.")
        case let error as HTTPClientError where error == .connectTimeout:
            self.init(
                .unreachable, operation,
                detail: "no connection to \(address) in time\(address.isSecure ? ", TLS included" : "")",
                advice: down)
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            self.init(
                .timedOut, operation, detail: "no complete answer in time",
                advice: "The broker is slow or hangs; it is tried again by itself.")
        case let error as HTTPClientError where error == .tlsHandshakeTimeout:
            self.init(.insecure, operation, detail: "the TLS handshake did not end in time", advice: down)
        case is NIOConnectionError, is SocketAddressError:
            self.init(
                .unreachable, operation, detail: "no connection to \(address): \(Self.reason(error))", advice: down)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            self.init(.unreachable, operation, detail: "no connection to \(address): refused", advice: down)
        case let error as HTTPParserError where error == .invalidEOFState:
            self.init(
                .interrupted, operation, detail: "the connection ended in the middle of the answer",
                advice: "It is looked up at the broker before anything is sent again.")
        case is HTTPParserError:
            self.init(
                .garbled, operation, detail: "the answer is not HTTP: \(error)",
                advice: "Check that \(address) is a FINALES broker.")
        case _ where Self.isSecurityError(error):
            self.init(
                .insecure, operation, detail: "the secure connection failed: \(error)",
                advice: "Check date, name and issuer of the broker's certificate, and the clock of this machine.")
        default:
            self.init(
                .interrupted, operation, detail: "the connection broke: \(error)",
                advice: "It is looked up at the broker before anything is sent again.")
        }
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || (error as? HTTPClientError) == .cancelled
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        if let cause = error.dnsAError ?? error.dnsAAAAError, error.connectionErrors.isEmpty { return "\(cause)" }
        return error.connectionErrors.first.map { "\($0.error)" } ?? "\(error)"
    }

    /// TLS errors are of a module that is only reached through the HTTP client.
    private static func isSecurityError(_ error: any Error) -> Bool {
        String(reflecting: type(of: error)).hasPrefix("NIOSSL.")
    }
}
