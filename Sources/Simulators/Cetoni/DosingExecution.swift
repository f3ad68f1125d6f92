import DeviceKit
import SiLA2

/// One execution of an observable command of a pump.
struct DosingExecution: Sendable {
    enum Phase: Sendable, Equatable {
        case waiting, pausing, moving
        /// The plunger rests; the server still waits for an error of the drive.
        case settling(until: LabClock.Instant)
        case ended(failed: Bool)
    }

    let id: String
    var phase = Phase.waiting
    var refusal: SiLARefusal?
    var startLevel: Volume = .zero
    var goalLevel: Volume = .zero
    /// What the server reckons the command to take, its own two seconds of reserve included.
    var estimate = Duration.zero
    var begun = LabClock.Instant(offset: .zero)
    /// What clients that come now are told first.
    private(set) var history: [SiLAExecutionInfo] = [SiLAExecutionInfo()]
    private var listeners: [Int: AsyncStream<SiLAExecutionInfo>.Continuation] = [:]
    private var listenersSeen = 0

    init(id: String) { self.id = id }

    var isEnded: Bool { if case .ended = self.phase { true } else { false } }

    /// Tells all clients how far it is; the last word ends their streams.
    mutating func tell(_ status: SiLAExecutionInfo.CommandStatus, progress: Double, remaining: Duration?) {
        var info = SiLAExecutionInfo()
        info.commandStatus = status
        info.progressInfo.value = progress
        if let remaining {
            let (seconds, attoseconds) = max(.zero, remaining).components
            info.estimatedRemainingTime.seconds = seconds
            info.estimatedRemainingTime.nanos = Int32(attoseconds / 1_000_000_000)
        }
        guard info != self.history.last else { return }
        if self.history.count >= 4 { self.history.removeLast() }
        self.history.append(info)
        for listener in self.listeners.values { listener.yield(info) }
        if status == .finishedSuccessfully || status == .finishedWithError {
            for listener in self.listeners.values { listener.finish() }
            self.listeners = [:]
        }
    }

    mutating func listen() -> AsyncStream<SiLAExecutionInfo> {
        let (infos, continuation) = AsyncStream.makeStream(
            of: SiLAExecutionInfo.self, bufferingPolicy: .bufferingNewest(64))
        for info in self.history { continuation.yield(info) }
        if self.isEnded {
            continuation.finish()
        } else {
            self.listenersSeen += 1
            self.listeners[self.listenersSeen] = continuation
        }
        return infos
    }

    /// Breaks the streams off without a last word.
    mutating func abandon() {
        for listener in self.listeners.values { listener.finish() }
        self.listeners = [:]
    }
}
