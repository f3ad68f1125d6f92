import DeviceKit
import Links
import Testing

@Suite struct FaultScheduleTests {
    @Test func `a schedule is printed and read back`() throws {
        for seed in 0..<20 as Range<UInt64> {
            let schedule = FaultSchedule(seed: seed, count: 8, within: .seconds(2)) { random in
                LinkFault(.garbage(.inside, longest: Int.random(in: 1...9, using: &random), rate: 0.5))
            }
            let again = try FaultSchedule(parsing: "\(schedule)")
            #expect("\(again)" == "\(schedule)", "seed \(seed)")
            #expect(again.entries.map(\.fault) == schedule.entries.map(\.fault), "seed \(seed)")
        }
        #expect(throws: LinkFault.Invalid.self) { try FaultSchedule(parsing: "3ms drop") }
    }

    @Test func `a schedule is cut down to what makes the test fail`() async {
        let culprits = [LinkFault(.drop(rate: 1)), LinkFault(.double(rate: 1))]
        var entries = (0..<30).map {
            FaultSchedule.Entry(LinkFault(.limitData(bytes: $0)), from: .milliseconds($0), lasting: .seconds(1))
        }
        entries.insert(.init(culprits[0], from: .zero, lasting: .seconds(1)), at: 11)
        entries.insert(.init(culprits[1], from: .zero, lasting: .seconds(1)), at: 23)
        var tries = 0
        let reduced = await FaultSchedule(entries).reduced { schedule in
            tries += 1
            return culprits.allSatisfy(schedule.entries.map(\.fault).contains)
        }
        #expect(reduced.entries.map(\.fault) == culprits)
        #expect(tries < 100)
    }
}
