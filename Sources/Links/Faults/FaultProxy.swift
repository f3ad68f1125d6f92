import Glibc

/// Stands between an agent and any device, forwards in both directions, and misbehaves as it is told.
///
///     let proxy = FaultProxy(to: TCPLink(host: "10.0.0.7", port: 49152), seed: 7)
///     let endpoint = try await proxy.listen()
///     try await proxy.set([LinkFault(.latency(.milliseconds(100), jitter: .milliseconds(20)))])
public actor FaultProxy {
    private let device: any LinkTransport
    private let seed: UInt64
    private let tap: ProxyTap?
    private var front: Front?
    private var faults: [LinkFault] = []
    private var sessions: [Int: ProxySession] = [:]
    private var connections = 0
    private var serving: Task<Void, Never>?

    /// What the agent's side connects to.
    private enum Front {
        case tcp(LineServer)
        /// The TCP port while it is down.
        case closedPort(host: String, UInt16)
        case pseudoTerminal(link: String)
    }

    /// How long an absent device is waited for before it is tried again.
    private static let retry = Duration.milliseconds(100)
    private static let opening = Duration.seconds(3)

    /// - Parameters:
    ///   - seed: of every chance. The faults of the n-th connection depend on it and on n alone.
    public init(to device: any LinkTransport, seed: UInt64 = 1, tap: ProxyTap? = nil) {
        self.device = device
        self.seed = seed
        self.tap = tap
    }

    /// Serves agents on TCP; port 0 takes a free one. Each connection gets one to the device.
    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) -> LinkEndpoint {
        let server = try LineServer(host: host, port: port)
        self.front = .tcp(server)
        self.serve(server)
        return server.endpoint
    }

    /// Serves an agent on a pseudo-terminal to which `path` is made a symbolic link. When the line ends, the
    /// pseudo-terminal goes, as a USB adapter does; once the device can be reached again, `path` leads to another one.
    public func openPseudoTerminal(at path: String) async throws(LinkOpeningError) -> LinkEndpoint {
        let first = try await self.connectPseudoTerminal(path)
        self.front = .pseudoTerminal(link: path)
        self.serving = Task { [weak self] in
            var next: (session: ProxySession, terminal: PseudoTerminal, number: Int)? = first
            while !Task.isCancelled, self != nil {
                if let connected = next { await self?.run(connected.session, connected.number) }
                next?.terminal.close()
                // The number of a pseudo-terminal that has gone may be somebody else's next.
                _ = Glibc.unlink(path)
                next = try? await self?.connectPseudoTerminal(path)
                if next == nil { try? await Task.sleep(for: Self.retry) }
            }
            next?.session.cut()
            next?.terminal.close()
        }
        return .tty(path: path)
    }

    /// Faults from now on, in this order, instead of those before.
    ///
    /// - Throws: `.busy` where the TCP port was taken by somebody else while the line was down.
    public func set(_ faults: [LinkFault]) throws(LinkOpeningError) {
        self.faults = faults
        guard !self.isDown else {
            if case .tcp(let server) = self.front {
                server.close()
                self.front = .closedPort(host: server.host, server.port)
            }
            return self.cut()
        }
        if case .closedPort(let host, let port) = self.front {
            let server = try LineServer(host: host, port: port)
            self.front = .tcp(server)
            self.serve(server)
        }
        for session in self.sessions.values { session.set(faults) }
    }

    /// Ends all connections and listens no more.
    public func shutDown() {
        self.serving?.cancel()
        self.cut()
        switch self.front {
        case .tcp(let server): server.close()
        case .pseudoTerminal(let link): _ = Glibc.unlink(link)
        case .closedPort, nil: break
        }
        self.front = nil
    }

    private var isDown: Bool { self.faults.contains { $0.kind == .down } }

    private func cut() {
        for session in self.sessions.values { session.cut() }
    }

    private func serve(_ server: LineServer) {
        self.serving = Task { [weak self] in
            await withDiscardingTaskGroup { group in
                while let host = await server.accept() {
                    group.addTask { await self?.connect(host) }
                }
            }
        }
    }

    private func connect(_ host: ByteChannel) async {
        do {
            let device = try await self.device.open(within: Self.opening)
            let (session, number) = self.makeSession(host, device)
            await self.run(session, number)
        } catch {
            host.close()  // The agent sees that nobody is there.
        }
    }

    private func connectPseudoTerminal(
        _ path: String
    ) async throws(LinkOpeningError) -> (session: ProxySession, terminal: PseudoTerminal, number: Int) {
        guard !self.isDown else { throw LinkOpeningError(.absent, "\(path): the line is down") }
        let device = try await self.device.open(within: Self.opening)
        let terminal = try PseudoTerminal()
        _ = Glibc.unlink(path)
        guard symlink(terminal.path, path) == 0 else {
            throw LinkOpeningError(.misconfigured, "\(path) cannot be made a link: \(SystemError.last)")
        }
        let (session, number) = self.makeSession(terminal.channel, device)
        return (session, terminal, number)
    }

    private func makeSession(_ host: ByteChannel, _ device: ByteChannel) -> (ProxySession, Int) {
        self.connections += 1
        // Far apart, so that the lanes' seeds of two connections never meet.
        let seed = self.seed &+ UInt64(self.connections) << 8
        let session = ProxySession(host: host, device: device, seed: seed) { [tap, connections] place, bytes in
            tap?(ProxyTraffic(connection: connections, place, bytes))
        }
        session.set(self.faults)
        self.sessions[self.connections] = session
        if self.isDown { session.cut() }
        return (session, self.connections)
    }

    private func run(_ session: ProxySession, _ number: Int) async {
        await session.run()
        self.sessions[number] = nil
    }
}
