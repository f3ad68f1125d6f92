import Store
import Synchronization

/// What has happened since the agent started, for pages that follow it and for metrics.
final class EventRecord: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var isBrokerReachable: Bool?
    }

    private let state = Mutex(State())
    private let bells = ChangeBells()
    let started = ContinuousClock.now

    func note(_ event: AgentEvent) {
        self.state.withLock { state in
            state.counts[event.name, default: 0] += 1
            if case .brokerReachable(let isReachable, _) = event { state.isBrokerReachable = isReachable }
        }
        self.bells.ring()
    }

    /// Something was changed that is no event.
    func ring() { self.bells.ring() }
    func changes() -> AsyncStream<Void> { self.bells.listen() }

    /// How often each event happened, by its name.
    var counts: [String: Int] { self.state.withLock(\.counts) }
    /// Nil before the broker was asked.
    var isBrokerReachable: Bool? { self.state.withLock(\.isBrokerReachable) }
}
