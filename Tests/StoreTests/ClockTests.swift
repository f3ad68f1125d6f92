import Foundation
import Protocols
import Store
import Synchronization
import Testing

/// R17 without a machine: UTC jumps, the boot's own clock goes on.
@Suite struct ClockTests {
    @Test(arguments: [1.5, -1.5, 3600, -3600, -10 * 31_556_952.0, 30 * 31_556_952.0])
    func `a step of the clock is on record, and disturbs neither ids nor order nor waits`(seconds: Double) async throws
    {
        let time = Mutex(Moment(utc: 1_790_000_000_000_000, boot: "b", monotonic: 1_000_000))
        @Sendable func pass(_ duration: Double, utc step: Double = 0) {
            time.withLock {
                $0 = Moment(
                    utc: $0.utc + Int64((duration + step) * 1e6), boot: $0.boot,
                    monotonic: $0.monotonic + Int64(duration * 1e6))
            }
        }
        let scratch = try Scratch()
        let journal = try Journal(in: scratch.directory(), now: { time.withLock(\.self) })
        #expect(try await journal.noteClockStep() == nil)
        var results = [journal.makeResult(request: "r", value: 0)]
        try await journal.enqueue(results[0])
        try await journal.markSending([results[0].id])
        try await journal.markReady([results[0].id], reason: "refused", after: .seconds(60))

        pass(1, utc: seconds)
        let step = try #require(try await journal.noteClockStep())
        #expect(abs(step / .seconds(1) - seconds) < 0.001)
        #expect(try await journal.noteClockStep() == nil, "it is said once")
        let incident = try #require(try await journal.incidents().first)
        #expect(incident.kind == .clockStep)
        #expect(incident.detail["step_microseconds"]?.integer == Int64(seconds * 1e6))

        results.append(journal.makeResult(request: "r", value: 1))
        #expect(results[1].id > results[0].id)
        try await journal.enqueue(results[1])
        #expect(try await journal.outboxWait() == .seconds(59))
        pass(59)
        #expect(try await journal.dueForPosting(limit: 10).map(\.id) == [results[0].id])
        pass(0, utc: -seconds)
        #expect(try await journal.noteClockStep() != nil)
        #expect(journal.ids.make() > results[1].id)
    }

    @Test func `a step while no agent ran is seen within the same boot, and not across boots`() async throws {
        let scratch = try Scratch()
        func look(_ moment: Moment) async throws -> Duration? {
            try await Journal(in: scratch.directory(), now: { moment }).noteClockStep()
        }
        #expect(try await look(Moment(utc: 10_000_000, boot: "b", monotonic: 1_000_000)) == nil)
        #expect(try await look(Moment(utc: 20_000_000, boot: "b", monotonic: 2_000_000)) == .seconds(9))
        #expect(try await look(Moment(utc: 90_000_000, boot: "c", monotonic: 1_000_000)) == nil)
        #expect(try await look(Moment(utc: 90_900_000, boot: "c", monotonic: 1_000_000)) == nil, "less than a second")
    }
}
