import Glibc
import Synchronization

/// Waiting for a descriptor that a library owns, without blocking a thread of the task pool.
public enum DescriptorReadiness {
    /// - Parameter descriptor: stays the library's, and must stay open until this returns.
    /// - Returns: whether it can be read; false once the deadline has passed or the task was cancelled.
    public static func wait(for descriptor: Int32, until deadline: ContinuousClock.Instant) async -> Bool {
        let waiter = DescriptorWaiter(descriptor: descriptor, deadline: deadline)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter.begin($0) }
        } onCancel: {
            waiter.end(false)
        }
    }
}

private final class DescriptorWaiter: Polled {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Bool, Never>)
        case ended
    }

    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant
    private let state = Mutex(State.idle)

    init(descriptor: Int32, deadline: ContinuousClock.Instant) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    func begin(_ continuation: CheckedContinuation<Bool, Never>) {
        let isCancelled = self.state.withLock { state in
            if case .ended = state { return true }
            state = .waiting(continuation)
            return false
        }
        if isCancelled { continuation.resume(returning: false) } else { ReadinessThread.shared.add(self) }
    }

    func end(_ isReady: Bool) {
        let continuation = self.state.withLock { state -> CheckedContinuation<Bool, Never>? in
            defer { state = .ended }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        ReadinessThread.shared.remove(self)
        continuation?.resume(returning: isReady)
    }

    func interest() -> PollInterest? {
        self.state.withLock { state in
            guard case .waiting = state else { return nil }
            return PollInterest(descriptor: self.descriptor, events: Int16(POLLIN), deadline: self.deadline)
        }
    }

    func becameReady(_ events: Int16) { self.end(true) }

    func expire(at now: ContinuousClock.Instant) {
        if now >= self.deadline { self.end(false) }
    }
}
