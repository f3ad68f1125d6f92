import GRPCCore
import SiLA2

/// One move of a plunger, from the moment it is decided.
struct PumpMove: Sendable {
    let session: SiLASession<PumpReadings>
    let command: String
    /// Fill levels in mL.
    let start: Double
    let goal: Double
    let stopsBefore: Int
    let deadline: ContinuousClock.Instant

    /// How the server's report of the execution ended.
    enum Ending: Sendable {
        case finished, failed, faulted, outOfTime
        case lost(SiLAFailure)
    }
}

extension SiLAExecutionInfo {
    var hasEnded: Bool {
        self.commandStatus == .finishedSuccessfully || self.commandStatus == .finishedWithError
    }
}

extension SiLAFailure {
    var isDeadline: Bool {
        if case .transport(.deadlineExceeded, _) = self { true } else { false }
    }
}
