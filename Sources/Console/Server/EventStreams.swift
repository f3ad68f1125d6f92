import Hummingbird
import NIOCore
import Synchronization

/// Server-sent events (HTML Living Standard, 9.2): a page that listens is told that something has changed, and asks for
/// itself again.
final class EventStreams: Sendable {
    private let open = Mutex(0)

    /// Tabs at most; a further one is shown as it stands.
    private static let most = 64
    /// Changes that come closer together are told at once.
    private static let pause = Duration.milliseconds(500)
    /// So that a connection that is dead is noticed, and a session that has ended.
    private static let heartbeat = Duration.seconds(15)

    /// - Parameters:
    ///   - changes: begun before the page is asked for again, so that none is missed.
    ///   - isWelcome: whether whoever listens may still do so.
    /// - Returns: nil if there are too many.
    func response(
        _ changes: AsyncStream<Void>, whileTrue isWelcome: @escaping @Sendable () async -> Bool
    ) -> Response? {
        guard self.begin() else { return nil }
        let place = Place(of: self)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { place.leave() }
                try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                for await sign in Self.withHeartbeats(changes) {
                    guard await isWelcome() else { break }
                    try await writer.write(ByteBuffer(string: sign == .change ? "event: change\ndata:\n\n" : ":\n\n"))
                    try await ContinuousClock().sleep(for: Self.pause)
                }
                try await writer.finish(nil)
            })
    }

    private enum Sign {
        case change, heartbeat
    }

    private static func withHeartbeats(_ changes: AsyncStream<Void>) -> AsyncStream<Sign> {
        let (signs, continuation) = AsyncStream.makeStream(of: Sign.self, bufferingPolicy: .bufferingNewest(1))
        let work = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in changes { continuation.yield(.change) } }
                group.addTask {
                    while (try? await ContinuousClock().sleep(for: Self.heartbeat)) != nil {
                        continuation.yield(.heartbeat)
                    }
                }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in work.cancel() }
        return signs
    }

    private func begin() -> Bool {
        self.open.withLock { open in
            guard open < Self.most else { return false }
            open += 1
            return true
        }
    }

    /// One of the places, given back once: by the stream's end, or with an answer that is never sent.
    private final class Place: Sendable {
        private let streams: EventStreams
        private let isTaken = Mutex(true)

        init(of streams: EventStreams) { self.streams = streams }
        deinit { self.leave() }

        func leave() {
            let wasTaken = self.isTaken.withLock { taken in
                defer { taken = false }
                return taken
            }
            if wasTaken { self.streams.open.withLock { $0 -= 1 } }
        }
    }
}
