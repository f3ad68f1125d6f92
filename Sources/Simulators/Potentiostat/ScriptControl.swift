import DeviceKit
import Synchronization

/// How a running script is aborted, halted and resumed from outside.
final class ScriptControl: Sendable {
    private struct State {
        var isAborted = false
        var isLoopAborted = false
        var isHalted = false
        var pause: Task<Void, Never>?
        var resumption: CheckedContinuation<Void, Never>?
    }

    private let clock: LabClock
    private let state = Mutex(State())

    init(clock: LabClock) {
        self.clock = clock
    }

    var isAborted: Bool { self.state.withLock { $0.isAborted } }

    /// Whether the measurement loop in progress is to end; asked once per point, a `Y` counts for one loop.
    func takeLoopAbort() -> Bool {
        self.state.withLock { state in
            defer { state.isLoopAborted = false }
            return state.isLoopAborted || state.isAborted
        }
    }

    func abort() {
        self.wake { state in
            state.isAborted = true
            state.pause?.cancel()
        }
    }

    func abortLoop() {
        self.wake { state in
            state.isLoopAborted = true
            state.pause?.cancel()
        }
    }

    func halt() { self.state.withLock { $0.isHalted = true } }
    func resume() { self.wake { _ in } }

    /// Lets lab time pass, less if the script is aborted meanwhile.
    func pass(_ duration: Duration) async {
        let pause = self.state.withLock { state -> Task<Void, Never>? in
            guard !state.isAborted, !state.isLoopAborted else { return nil }
            let clock = self.clock
            let pause = Task { (try? await clock.sleep(until: clock.now.advanced(by: duration))) ?? () }
            state.pause = pause
            return pause
        }
        await pause?.value
        await withCheckedContinuation { continuation in
            let goesOn = self.state.withLock { state in
                if state.isHalted { state.resumption = continuation }
                return !state.isHalted
            }
            if goesOn { continuation.resume() }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let resumption = self.state.withLock { state in
            change(&state)
            state.isHalted = false
            return state.resumption.take()
        }
        resumption?.resume()
    }
}
