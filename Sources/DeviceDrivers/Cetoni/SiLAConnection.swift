public import DeviceKit
import GRPCCore
import GRPCNIOTransportHTTP2
import GRPCProtobuf
import NIOPosix
import SwiftProtobuf

/// The gRPC connection to one SiLA 2 server: one TCP connection on which calls and subscriptions run side by side.
///
/// It connects at the first call, and again by itself after the server was away. No call waits for a server that is
/// away: it fails at once with `.absent`. Nothing is ever sent twice.
public final class SiLAConnection: Sendable {
    public let endpoint: SiLAEndpoint
    /// Name of the device in the lab's configuration, for errors.
    public let device: String
    /// Wall time within which a call that moves nothing must be answered.
    public let callDeadline: Duration

    private let client: GRPCClient<HTTP2ClientTransport.Posix>

    /// Prepares a connection; nothing is sent yet.
    ///
    /// Throws `.misconfigured` when the pinned certificate cannot be read.
    public init(device: String, endpoint: SiLAEndpoint, callDeadline: Duration = .seconds(3)) throws(DeviceError) {
        self.device = device
        self.endpoint = endpoint
        self.callDeadline = callDeadline
        do {
            let client = GRPCClient(transport: try Self.makeTransport(to: endpoint))
            self.client = client
            // Ends when the connection is closed; an error of the transport reaches the calls themselves.
            Task { try? await client.runConnections() }
        } catch {
            throw DeviceError(
                .misconfigured, device: device, command: "connect to \(endpoint)", "\(error)",
                advice: "Check host, port and the certificate file of this device in the configuration.")
        }
    }

    deinit { self.client.beginGracefulShutdown() }

    /// Takes no further calls, and closes the connection once those in flight are over.
    public func close() { self.client.beginGracefulShutdown() }

    /// One call with one answer. `deadline` is wall time.
    func call<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, metadata: Metadata = [:], within deadline: Duration? = nil
    ) async throws(SiLAFailure) -> Response {
        var options = CallOptions.defaults
        options.timeout = deadline ?? self.callDeadline
        do {
            return try await self.client.unary(
                request: ClientRequest(message: request, metadata: metadata), descriptor: method,
                serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Response>(),
                options: options
            ) { try $0.message }
        } catch {
            throw SiLAFailure(error)
        }
    }

    /// Reads a stream of answers until `isLast` says so or the server ends it. Returns the last one, if any.
    func follow<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, metadata: Metadata = [:], within deadline: Duration? = nil,
        until isLast: @escaping @Sendable (Response) async -> Bool
    ) async throws(SiLAFailure) -> Response? {
        var options = CallOptions.defaults
        options.timeout = deadline
        do {
            return try await self.client.serverStreaming(
                request: ClientRequest(message: request, metadata: metadata), descriptor: method,
                serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Response>(),
                options: options
            ) { response in
                var last: Response?
                for try await message in response.messages {
                    last = message
                    if await isLast(message) { break }
                }
                return last
            }
        } catch {
            throw SiLAFailure(error)
        }
    }
}

extension SiLAConnection {
    /// All connections share one thread.
    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private static func makeTransport(to endpoint: SiLAEndpoint) throws -> HTTP2ClientTransport.Posix {
        let security: HTTP2ClientTransport.Posix.TransportSecurity
        switch endpoint.security {
        case .plaintext:
            security = .plaintext
        case .pinned(let path):
            security = .tls { tls in
                tls.trustRoots = .certificates([.file(path: path, format: .pem)])
                tls.serverCertificateVerification = .noHostnameVerification
            }
        }
        return try HTTP2ClientTransport.Posix(
            target: self.target(endpoint), transportSecurity: security,
            config: .defaults { config in
                config.backoff = .init(
                    initial: .milliseconds(100), max: .seconds(1), multiplier: 1.6, jitter: 0.2)
                config.connection.flushCoalescing = nil
                config.connection.maxIdleTime = nil
                config.http2.targetWindowSize = 1 << 17
            },
            eventLoopGroup: self.eventLoops)
    }

    private static func target(_ endpoint: SiLAEndpoint) -> any ResolvableTarget {
        if endpoint.host.contains(":") { return .ipv6(address: endpoint.host, port: endpoint.port) }
        let isIPv4 = endpoint.host.utf8.allSatisfy { $0 == 46 || 48...57 ~= $0 }
        return isIPv4
            ? .ipv4(address: endpoint.host, port: endpoint.port) : .dns(host: endpoint.host, port: endpoint.port)
    }
}
