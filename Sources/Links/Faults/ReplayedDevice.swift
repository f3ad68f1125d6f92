import DeviceKit
import Synchronization

/// Stands in for a device of which there is a transcript: to the n-th connection it says what the agent was given on the
/// n-th of the record, with the same pauses, once as many bytes have come as the agent had sent then.
public final class ReplayedDevice: Sendable {
    private let transcript: Transcript
    private let server: LineServer
    private let serving: Mutex<Task<Void, Never>?>
    private let onRemark: @Sendable (String) -> Void

    public var endpoint: LinkEndpoint { self.server.endpoint }

    /// - Parameter onRemark: told where the agent says something else than in the record, once for each connection, and
    ///   when a connection has come to the record's end.
    public init(
        _ transcript: Transcript, onRemark: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(LinkOpeningError) {
        self.transcript = transcript
        self.server = try LineServer()
        self.serving = Mutex(nil)
        self.onRemark = onRemark
        let serving = Task { [weak self, server] in
            await withDiscardingTaskGroup { group in
                var number = 0
                while let channel = await server.accept() {
                    number += 1
                    let connection = number
                    group.addTask { await self?.play(connection, to: channel) }
                }
            }
        }
        self.serving.withLock { $0 = serving }
    }

    deinit { self.shutDown() }

    public func shutDown() {
        self.server.close()
        self.serving.withLock { $0 }?.cancel()
    }

    private func play(_ connection: Int, to channel: ByteChannel) async {
        var heard: [UInt8] = []
        var isTrue = true
        var (recorded, begun) = (Duration.zero, ContinuousClock.now)
        for entry in self.transcript.entries where entry.connection == connection {
            switch entry.place {
            case .fromAgent:
                while heard.count < entry.bytes.count {
                    guard let bytes = try? await channel.read() else { return channel.close() }
                    heard += bytes
                }
                let said = Array(heard.prefix(entry.bytes.count))
                heard.removeFirst(entry.bytes.count)
                if isTrue, said != entry.bytes {
                    isTrue = false
                    self.onRemark(
                        "connection \(connection), after \(entry.time): the agent says \(LinkExchange.printable(said)), "
                            + "in the record it said \(LinkExchange.printable(entry.bytes))")
                }
                (recorded, begun) = (entry.time, .now)
            case .toAgent:
                try? await ContinuousClock().sleep(until: begun + (entry.time - recorded))
                guard (try? await channel.write(entry.bytes)) != nil else { return channel.close() }
            case .toDevice, .fromDevice: continue
            }
        }
        self.onRemark("connection \(connection): the record has come to its end")
        while (try? await channel.read()) != nil {}
        channel.close()
    }
}
