import Store
import Synchronization

/// Time that passes as fast as a test lets it: whoever sleeps is woken in order, and the clock stands at his hour then.
final class VirtualTime: Clock, Sendable {
    struct Instant: InstantProtocol {
        let offset: Duration
        func advanced(by duration: Duration) -> Self { Self(offset: self.offset + duration) }
        func duration(to other: Self) -> Duration { other.offset - self.offset }
        static func < (a: Self, b: Self) -> Bool { a.offset < b.offset }
    }

    private struct Sleeper {
        let end: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var next = 0
        var sleepers: [Int: Sleeper] = [:]
    }

    private let state = Mutex(State())

    var now: Instant { Instant(offset: self.state.withLock(\.now)) }
    var minimumResolution: Duration { .microseconds(1) }

    /// The same time as the journal reads it.
    var moment: Moment {
        Moment(utc: 1_790_000_000_000_000, boot: "virtual", monotonic: 1_000_000).advanced(by: self.now.offset)
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let key = self.state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isOver = self.state.withLock { state in
                    if Task.isCancelled || deadline.offset <= state.now { return true }
                    state.sleepers[key] = Sleeper(end: deadline.offset, continuation: continuation)
                    return false
                }
                guard isOver else { return }
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            let sleeper = self.state.withLock { $0.sleepers.removeValue(forKey: key) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Wakes whoever has to be woken first.
    func pass() {
        let sleeper = self.state.withLock { state -> Sleeper? in
            guard let first = state.sleepers.min(by: { $0.value.end < $1.value.end }) else { return nil }
            state.now = max(state.now, first.value.end)
            return state.sleepers.removeValue(forKey: first.key)
        }
        sleeper?.continuation.resume()
    }

    /// Lets time pass until the task is cancelled, with a moment of real time before each step for what it sets off.
    func run(_ pause: @Sendable () -> Duration) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: pause())
            self.pass()
        }
    }
}
