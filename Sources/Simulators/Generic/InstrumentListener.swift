import Links
import Synchronization

/// Where a simulated instrument can be reached: hosts come one after the other, and a new one replaces the one before.
final class InstrumentListener: Sendable {
    private struct State {
        var server: LineServer?
        var terminal: PseudoTerminal?
        var host: ByteChannel?
        var tasks: [Task<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let serve: @Sendable (ByteChannel) async -> Void

    /// - Parameter serve: speaks with one host until its line ends.
    init(_ serve: @escaping @Sendable (ByteChannel) async -> Void) { self.serve = serve }

    func listen(host: String, port: UInt16) throws(LinkOpeningError) -> LinkEndpoint {
        let server = try LineServer(host: host, port: port)
        let accepting = Task { [weak self] in
            while let channel = await server.accept() {
                guard let self else { return channel.close() }
                self.attach(channel)
            }
        }
        self.state.withLock { state in
            state.server = server
            state.tasks.append(accepting)
        }
        return server.endpoint
    }

    func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        let terminal = try PseudoTerminal()
        self.state.withLock { $0.terminal = terminal }
        self.attach(terminal.channel)
        return terminal.endpoint
    }

    func shutDown() {
        let state = self.state.withLock { state in
            defer { state = State() }
            return state
        }
        state.server?.close()
        state.terminal?.close()
        state.host?.close()
        for task in state.tasks { task.cancel() }
    }

    private func attach(_ channel: ByteChannel) {
        let before = self.state.withLock { state in
            defer { state.host = channel }
            return state.host
        }
        before?.close()
        Task { [serve] in await serve(channel) }
    }
}
