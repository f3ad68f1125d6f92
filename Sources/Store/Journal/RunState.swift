/// Where a run stands. The raw values are the words that people read.
public enum RunState: String, Sendable, Hashable, CaseIterable {
    case queued
    case checking
    case running
    case awaitingOperator = "awaiting operator"
    /// An interlock holds it.
    case blocked
    case stopping
    case finishing
    /// Something was sent and nobody knows yet whether it happened.
    case outcomeUnknown = "outcome unknown"
    case succeeded
    case failed
    case stopped

    /// Whether nothing follows.
    public var isFinal: Bool { self.successors.isEmpty }

    public func canBecome(_ next: RunState) -> Bool { self.successors.contains(next) }

    private var successors: Set<RunState> {
        switch self {
        case .queued: [.checking, .awaitingOperator, .stopping, .stopped, .failed]
        case .checking: [.queued, .running, .awaitingOperator, .blocked, .stopping, .stopped, .failed]
        case .running: [.awaitingOperator, .blocked, .stopping, .finishing, .outcomeUnknown, .failed]
        case .awaitingOperator: [.checking, .running, .blocked, .stopping, .stopped, .outcomeUnknown, .failed]
        case .blocked: [.checking, .running, .awaitingOperator, .stopping, .stopped, .outcomeUnknown, .failed]
        case .stopping: [.awaitingOperator, .stopped, .outcomeUnknown, .failed]
        case .finishing: [.awaitingOperator, .succeeded, .stopping, .outcomeUnknown, .failed]
        case .outcomeUnknown: [.running, .awaitingOperator, .stopping, .finishing, .stopped, .failed]
        case .succeeded, .failed, .stopped: []
        }
    }
}
