import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
public import Store

/// The web page beside the glovebox: what waits for people, what the lab does, and a large stop.
///
/// Pages are made on the server and work without JavaScript; with it they follow what happens.
public struct Console: Sendable {
    private let options: ConsoleOptions
    private let site: ConsoleSite
    private let tls: TLSConfiguration?
    private let logger: Logger

    /// Open browsers and tabs at most; more wait until one is closed.
    private static let mostConnections = 512
    /// A request has to be there within this time.
    private static let idleLimit = TimeAmount.seconds(15)
    private static let headerLimit = 16 * 1024

    /// - Parameter journal: keeps users and their sessions.
    /// - Throws: `ConsoleError` where it would be reached from outside in clear text, or a certificate cannot be read.
    public init(
        _ options: ConsoleOptions, desk: any ConsoleDesk, journal: Journal,
        logger: Logger = Logger(label: "console")
    ) throws(ConsoleError) {
        guard options.isLoopback || options.tls != nil else { throw .clearText(options.host) }
        self.options = options
        self.site = ConsoleSite(options: options, desk: desk, journal: journal)
        self.tls = try options.tls.map { files throws(ConsoleError) in try Self.read(files) }
        var logger = logger
        // The server tells of every start, stop and broken connection.
        logger.logLevel = max(logger.logLevel, .critical)
        self.logger = logger
    }

    /// Serves until the calling task is cancelled.
    ///
    /// - Parameter onReady: called once, with the address without a trailing slash, when pages can be asked for.
    /// - Throws: `ConsoleError` if the address cannot be listened at.
    public func run(onReady: @escaping @Sendable (_ url: String) async -> Void = { _ in }) async throws {
        do {
            try await self.serve(port: self.options.port, onReady: onReady)
        } catch let error as IOError where error.errnoCode == EADDRINUSE && self.options.mayTakeAnotherPort {
            try await self.serve(port: 0, onReady: onReady)
        } catch let error as IOError {
            throw ConsoleError.address(self.options.host, self.options.port, "\(error)")
        } catch is CancellationError {}
    }

    private func serve(port: Int, onReady: @escaping @Sendable (_ url: String) async -> Void) async throws {
        let host = self.options.host
        let scheme = self.tls == nil ? "http" : "https"
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                idleTimeout: Self.idleLimit,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: Self.headerLimit, maxHeaderListSize: Self.headerLimit, maxHeaderFieldCount: 100)
            ))
        let application = Application(
            router: self.site.router(),
            server: try self.tls.map { try .tls(http, tlsConfiguration: $0) } ?? http,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                await onReady("\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            },
            logger: self.logger)
        try await application.run()
    }

    private static func read(_ files: ConsoleOptions.TLS) throws(ConsoleError) -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificateFile)
            let key = try NIOSSLPrivateKey(file: files.keyFile, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        } catch {
            throw .certificate(files, "\(error)")
        }
    }
}
