import EdgeAgent
import Testing

@Suite struct PollScheduleTests {
    @Test func `polls stay on their grid, however late each of them ends`() {
        var schedule = PollSchedule(period: .seconds(1), phase: .milliseconds(250))
        for second in 0..<100_000 {
            #expect(schedule.due == .milliseconds(250) + .seconds(second))
            schedule.finish(at: schedule.due + .milliseconds(second % 900), answered: true)
        }
        #expect(schedule.missed == 0 && schedule.leftOut == 0)
    }

    @Test func `a poll that takes longer than its period costs those that it covers, and they are counted`() {
        var schedule = PollSchedule(period: .seconds(1))
        schedule.finish(at: .milliseconds(2500), answered: true)
        #expect(schedule.due == .seconds(3) && schedule.missed == 2)
        schedule.finish(at: .seconds(4), answered: true)
        #expect(schedule.due == .seconds(5) && schedule.missed == 3)
    }

    @Test func `a silent device is asked again at once, then ever more seldom, then as before`() {
        var schedule = PollSchedule(period: .seconds(1))
        var dues: [Duration] = []
        for _ in 0..<10 {
            dues.append(schedule.due)
            schedule.finish(at: schedule.due + .milliseconds(400), answered: false)
        }
        #expect(dues == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243].map { .seconds($0) })
        #expect(schedule.missed == 0 && schedule.leftOut == 303 - 10)
        let due = schedule.due
        schedule.finish(at: due, answered: true)
        #expect(schedule.due == due + .seconds(1))
    }

    @Test func `a slow rhythm is kept although the device is silent`() {
        var schedule = PollSchedule(period: .seconds(300))
        for round in 0..<5 {
            #expect(schedule.due == .seconds(300 * round))
            schedule.finish(at: schedule.due, answered: false)
        }
    }
}
