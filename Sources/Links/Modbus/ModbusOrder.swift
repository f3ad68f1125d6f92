import DeviceKit
import Synchronization

/// Whether the exchange in flight is still wanted.
final class ModbusOrder: Sendable {
    enum State: Sendable {
        case valid
        /// May be given up where that leaves nothing open.
        case unwanted
        /// The line is to be closed.
        case closed
    }

    private let current = Mutex(State.valid)
    private let isStop: Bool

    init(_ priority: LinkPriority) { self.isStop = priority == .stop }

    var state: State { self.current.withLock { $0 } }

    /// A stop waits. One that is under way is not given up for another.
    func yieldToStop() {
        if !self.isStop { self.giveUp() }
    }

    func giveUp() {
        self.current.withLock { if $0 == .valid { $0 = .unwanted } }
    }

    func close() {
        self.current.withLock { $0 = .closed }
    }
}
