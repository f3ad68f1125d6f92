import DeviceKit
import Synchronization

/// Whose turn it is on a link: one at a time, by priority, then by arrival.
final class TurnQueue: Sendable {
    enum Refusal: Error { case full, timedOut, cancelled }

    private struct Waiter {
        let ticket: Int
        let priority: LinkPriority
        let continuation: CheckedContinuation<Refusal?, Never>
    }

    private struct State {
        var isTaken = false
        var nextTicket = 0
        var waiters: [Waiter] = []
    }

    /// More than this many waiting means that nobody is being served; further ones are refused.
    private static let limit = 256

    private let state = Mutex(State())

    /// Waits for the turn. Each turn taken has to be given back with `passOn`.
    ///
    /// - Parameter whenQueued: called if the turn is not free, once this has its place in the queue.
    func take(
        _ priority: LinkPriority,
        within limit: Duration,
        shielded: Bool,
        whenQueued: () -> Void = {}
    ) async throws(Refusal) {
        let ticket = self.state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        let refusal = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(ticket: ticket, priority: priority, continuation: continuation)
                if self.enqueue(waiter, within: limit, shielded: shielded) { whenQueued() }
            }
        } onCancel: {
            if !shielded { self.withdraw(ticket, because: .cancelled) }
        }
        if let refusal { throw refusal }
    }

    func passOn() {
        let next = self.state.withLock { state -> Waiter? in
            let first = state.waiters.indices.min { a, b in
                (state.waiters[a].priority, state.waiters[a].ticket) < (
                    state.waiters[b].priority, state.waiters[b].ticket
                )
            }
            guard let first else {
                state.isTaken = false
                return nil
            }
            return state.waiters.remove(at: first)
        }
        next?.continuation.resume(returning: nil)
    }

    /// - Returns: whether it waits now.
    private func enqueue(_ waiter: Waiter, within limit: Duration, shielded: Bool) -> Bool {
        let answer = self.state.withLock { state -> Refusal?? in
            if !shielded, Task.isCancelled { return .some(.cancelled) }
            if !state.isTaken {
                state.isTaken = true
                return .some(nil)
            }
            if state.waiters.count >= Self.limit { return .some(.full) }
            state.waiters.append(waiter)
            return .none
        }
        if let answer {
            waiter.continuation.resume(returning: answer)
            return false
        }
        Task { [weak self] in
            try? await Task.sleep(for: limit)
            self?.withdraw(waiter.ticket, because: .timedOut)
        }
        return true
    }

    private func withdraw(_ ticket: Int, because reason: Refusal) {
        let waiter = self.state.withLock { state in
            state.waiters.firstIndex { $0.ticket == ticket }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: reason)
    }
}
