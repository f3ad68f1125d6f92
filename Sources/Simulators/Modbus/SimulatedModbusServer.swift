public import Links
import NIOCore
import NIOPosix
import Protocols
import Synchronization

/// Puts the units of a `ModbusSite` on a TCP port or a pseudo-terminal.
///
///     let server = SimulatedModbusServer(ModbusSite(units: [1: memory]))
///     let endpoint = try await server.listen()
public actor SimulatedModbusServer {
    /// How slow line and units are; nothing by default. Wall time.
    public struct Timing: Sendable, Hashable {
        /// Serial lines: how fast bytes go over the wire, 11 bits each; nil means at once.
        public var baud: Int?
        /// From the end of the request to the beginning of the answer.
        public var reaction: Duration

        public init(baud: Int? = nil, reaction: Duration = .zero) {
            self.baud = baud
            self.reaction = reaction
        }
    }

    public nonisolated let site: ModbusSite
    private let timing: Timing
    private var listener: (any Channel)?
    private let connections = ModbusConnections()
    private var terminal: PseudoTerminal?
    private var serving: Task<Void, Never>?

    public init(_ site: ModbusSite, timing: Timing = Timing()) {
        self.site = site
        self.timing = timing
    }

    /// Listens for Modbus/TCP; port 0 takes a free one.
    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) async throws -> LinkEndpoint {
        let (site, connections, reaction) = (self.site, self.connections, self.timing.reaction)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(channel)
                    try channel.pipeline.syncOperations.addHandler(ModbusServerHandler(site, reaction: reaction))
                }
            }
            .bind(host: host, port: Int(port)).get()
        self.listener = listener
        return .tcp(host: host, port: UInt16(clamping: listener.localAddress?.port ?? 0))
    }

    /// Sits on a new pseudo-terminal and speaks RTU.
    public func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        let terminal = try PseudoTerminal()
        self.terminal = terminal
        let seat = ModbusSerialSeat(site: self.site, timing: self.timing, channel: terminal.channel)
        self.serving = Task { await seat.serve() }
        return terminal.endpoint
    }

    /// Breaks all connections, as a restart of the device does; it goes on listening.
    public func dropConnections() { self.connections.closeAll() }

    /// Ends at once; connections break, a pseudo-terminal is gone as if its plug were pulled.
    public func shutDown() async {
        try? await self.listener?.close()
        self.connections.closeAll()
        self.terminal?.close()
        self.serving?.cancel()
        await self.serving?.value
        self.listener = nil
        self.terminal = nil
        self.serving = nil
    }
}

/// The open connections of a server.
private final class ModbusConnections: Sendable {
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        self.open.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in _ = self?.open.withLock { $0.removeValue(forKey: id) } }
    }

    func closeAll() {
        for channel in self.open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
