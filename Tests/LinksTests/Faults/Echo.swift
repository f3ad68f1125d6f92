import Links
import Synchronization

/// A device that says what it hears.
final class Echo: Sendable {
    let endpoint: LinkEndpoint
    private let terminal: PseudoTerminal?
    private let server: LineServer?
    private let channels = Mutex<[ByteChannel]>([])

    init(onTerminal: Bool) throws {
        if onTerminal {
            let terminal = try PseudoTerminal()
            (self.terminal, self.server, self.endpoint) = (terminal, nil, terminal.endpoint)
            self.serve(terminal.channel)
        } else {
            let server = try LineServer()
            (self.terminal, self.server, self.endpoint) = (nil, server, server.endpoint)
            Task { [weak self] in
                while let channel = await server.accept() { self?.serve(channel) }
            }
        }
    }

    /// Closes the connections; further ones are served.
    func hangUp() {
        for channel in self.channels.withLock({ $0 }) { channel.close() }
    }

    func shutDown() {
        self.server?.close()
        self.terminal?.close()
        self.hangUp()
    }

    private func serve(_ channel: ByteChannel) {
        self.channels.withLock { $0.append(channel) }
        Task {
            while let bytes = try? await channel.read() { try? await channel.write(bytes) }
            channel.close()
        }
    }
}
