import Protocols
import Testing

@testable import EdgeAgent
@testable import Store

/// When people are told of a question, and told again.
@Suite struct NoticeScheduleTests {
    private let schedule = NoticeSchedule(again: .seconds(600))

    @Test(arguments: [(0, 1), (599, 1), (600, 2), (1799, 3), (1800, 4), (86400, 145)])
    func `people are told at once, and again after each pause`(seconds: Int64, count: Int) {
        #expect(self.schedule.count(for: self.prompt(), at: self.moment(seconds)) == count)
    }

    @Test func `people are told once more when it becomes late`() {
        let prompt = self.prompt(due: 700)
        #expect([699, 700, 1199, 1200].map { self.schedule.count(for: prompt, at: self.moment($0)) } == [2, 3, 3, 4])
        #expect(self.schedule.pause(for: prompt, at: self.moment(650)) == .seconds(50))
        #expect(self.schedule.pause(for: prompt, at: self.moment(700)) == .seconds(500))
        #expect(self.schedule.isLate(prompt, at: self.moment(700)))
    }

    @Test func `a clock that is set neither tells early nor tells nothing for ever`() {
        let back = Moment(utc: 0, boot: "a", monotonic: 601_000_000)
        #expect(self.schedule.count(for: self.prompt(), at: back) == 2, "within a boot the clock does not matter")
        let other = Moment(utc: 0, boot: "b", monotonic: 5)
        #expect(self.schedule.count(for: self.prompt(), at: other) == 1)
        #expect(self.schedule.pause(for: self.prompt(), at: other) == .seconds(600))
    }

    private func prompt(due: Int64? = nil) -> Prompt {
        Prompt(
            asking: [:], id: UUIDv7Source(after: nil, now: { 1 }).make(), run: nil,
            due: due.map { .seconds($0) }, at: self.moment(0))
    }

    private func moment(_ seconds: Int64) -> Moment {
        Moment(utc: 1_790_000_000_000_000 + seconds * 1_000_000, boot: "a", monotonic: seconds * 1_000_000)
    }
}
