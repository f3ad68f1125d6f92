import Hummingbird
import HTTPTypes
public import Logging
import NIOCore
import Protocols

/// A broker for development and tests, compatible with FINALES 2.
///
///     let broker = try DevelopmentBroker(BrokerConfiguration(port: 0))
///     try await broker.run { url in print("broker at \(url)") }
public struct DevelopmentBroker: Sendable {
    public let configuration: BrokerConfiguration
    let desk: FrontDesk
    private let logger: Logger

    /// Opens the databases and plants the seed; does not listen yet.
    ///
    /// Hashing the passwords of new users takes a quarter of a second each at the standard cost.
    public init(_ configuration: BrokerConfiguration, logger: Logger = Logger(label: "broker")) throws {
        let book = try RecordBook(path: configuration.databasePath, clock: configuration.clock)
        try book.plant(configuration.seed)
        self.configuration = configuration
        self.logger = logger
        self.desk = FrontDesk(configuration: configuration, book: book, schemas: SchemaShelf(), logger: logger)
    }

    /// Serves until the calling task is cancelled.
    ///
    /// - Parameter onReady: called once, with the base URL without a trailing slash, when calls can come in.
    /// - Throws: when the address cannot be bound.
    public func run(onReady: @escaping @Sendable (_ url: String) async -> Void = { _ in }) async throws {
        var logger = self.logger
        logger.logLevel = max(logger.logLevel, .notice)  // the server tells of every start and stop
        let host = self.configuration.host
        let application = Application(
            responder: BrokerResponder(desk: self.desk, bodyLimit: self.configuration.bodyLimit),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: self.configuration.port), serverName: "edge-agent-broker"),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                await onReady("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
            },
            logger: logger)
        do {
            try await application.run()
        } catch is CancellationError {}
    }

    /// How many results each request has, by the request's identifier in lower case with hyphens. Requests without a
    /// result are absent.
    public func resultCounts() async throws -> [String: Int] {
        try await self.desk.book.resultCounts()
    }
}
