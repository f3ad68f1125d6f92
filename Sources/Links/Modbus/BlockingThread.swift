import CModbus
import Glibc
import Synchronization

/// A thread of its own for calls that block in the kernel, so that none of Swift's task pool ever does. What it works on
/// stays on the thread from the beginning to the end.
final class BlockingThread<State>: Sendable {
    typealias Work = @Sendable (inout State) -> Void

    private final class Inbox: Sendable {
        let work = Mutex<(waiting: [Work], isEnded: Bool)>(([], false))
        let bell = Bell()
    }

    private let inbox = Inbox()

    /// - Parameter makeState: runs on the thread; the bell wakes it from its waits.
    init(_ makeState: @escaping @Sendable (Bell) -> State) {
        let inbox = self.inbox
        ReadinessThread.startThread {
            var state = makeState(inbox.bell)
            while true {
                let (work, isEnded) = inbox.work.withLock { work in
                    (work.waiting.isEmpty ? nil : work.waiting.removeFirst(), work.isEnded)
                }
                if let work {
                    work(&state)
                } else if isEnded {
                    return
                } else {
                    inbox.bell.wait()
                }
            }
        }
    }

    deinit {
        self.inbox.work.withLock { $0.isEnded = true }
        self.inbox.bell.ring()
    }

    /// Wakes the thread from a wait of its work.
    func ring() { self.inbox.bell.ring() }

    /// Puts work in line without waiting for it.
    func start(_ work: @escaping Work) {
        self.inbox.work.withLock { $0.waiting.append(work) }
        self.inbox.bell.ring()
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable (inout State) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            self.start { state in continuation.resume(returning: body(&state)) }
        }
    }
}

/// Wakes a thread that waits in the kernel: an eventfd(2).
final class Bell: Sendable {
    let descriptor: Int32

    init() {
        self.descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        precondition(self.descriptor >= 0, "the system refuses an eventfd: \(SystemError.last)")
    }

    deinit {
        _ = close(self.descriptor)
    }

    func ring() {
        var one: UInt64 = 1
        _ = write(self.descriptor, &one, 8)
    }

    /// Waits for a ring, and takes all there were.
    func wait() {
        var count: UInt64 = 0
        _ = read(self.descriptor, &count, 8)
    }
}
