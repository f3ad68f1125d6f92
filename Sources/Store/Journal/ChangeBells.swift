import Synchronization

/// Tells everybody who listens that something has changed. A sign says no more than that: it is never queued twice.
public final class ChangeBells: Sendable {
    private struct Listeners {
        var next = 0
        var signs: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let listeners = Mutex(Listeners())

    public init() {}

    public func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let key = self.listeners.withLock { listeners in
            listeners.next += 1
            listeners.signs[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { _ = $0.signs.removeValue(forKey: key) }
        }
        return stream
    }

    public func ring() {
        for sign in self.listeners.withLock({ Array($0.signs.values) }) { sign.yield() }
    }
}
