/// When something is read that is worth a look every so often: on a fixed grid of time, so that nothing drifts, and less
/// often while it does not answer, so that a silent device does not take the line from its neighbours.
public struct PollSchedule: Sendable, Hashable {
    public let period: Duration
    /// When the next poll is due, since the polling began.
    public private(set) var due: Duration
    /// Polls that could not begin in their period, since the one before still went on.
    public private(set) var missed = 0
    /// Polls left out since the device did not answer.
    public private(set) var leftOut = 0
    private var failures = 0

    /// The longest time for which a silent device is left alone, unless its period is longer.
    static let longestRest = Duration.seconds(60)

    /// - Parameters:
    ///   - period: above zero.
    ///   - phase: when the first poll is due.
    public init(period: Duration, phase: Duration = .zero) {
        self.period = max(period, .milliseconds(1))
        self.due = phase
    }

    /// The poll that was due is over.
    ///
    /// - Parameter now: since the polling began.
    public mutating func finish(at now: Duration, answered: Bool) {
        var periods = 1
        if now >= self.due + self.period { periods += Int((now - self.due) / self.period) }
        if answered {
            self.failures = 0
            self.missed += periods - 1
        } else {
            // The first failure is asked again at its time, then after 2, 4, 8 … periods.
            periods = max(periods, min(1 << min(self.failures, 20), max(1, Int(Self.longestRest / self.period))))
            self.failures += 1
            self.leftOut += periods - 1
        }
        self.due += self.period * periods
    }
}
