import Store

/// When people are told of a question: when it is asked, again each time a pause has passed, and when it becomes late.
/// Pure.
struct NoticeSchedule: Sendable {
    let again: Duration

    /// How many notices there should have been by now.
    func count(for prompt: Prompt, at now: Moment) -> Int {
        1 + Int(self.age(of: prompt, at: now) / self.step) + (self.isLate(prompt, at: now) ? 1 : 0)
    }

    /// How long until the next notice.
    func pause(for prompt: Prompt, at now: Moment) -> Duration {
        let age = self.age(of: prompt, at: now)
        let next = Duration.microseconds(self.step - age % self.step)
        guard let due = prompt.due, due > now.utc else { return next }
        return min(next, .microseconds(due - now.utc))
    }

    func isLate(_ prompt: Prompt, at now: Moment) -> Bool { prompt.due.map { $0 <= now.utc } ?? false }

    private var step: Int64 { max(1, Int64(self.again / .microseconds(1))) }

    /// In microseconds, by the boot's own clock where both are of one boot; a clock that was set back makes it zero.
    private func age(of prompt: Prompt, at now: Moment) -> Int64 {
        let isSameBoot = prompt.asked.boot == now.boot
        return max(0, isSameBoot ? now.monotonic - prompt.asked.monotonic : now.utc - prompt.asked.utc)
    }
}
