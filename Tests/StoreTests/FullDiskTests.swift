import Foundation
import Protocols
import Store
import Testing
import Trials

/// R12: a disk that becomes full.
@Suite(.serialized) struct FullDiskTests {
    @Test(arguments: Trials.seeds("R12", 6, soak: 50))
    func `a run under way ends from the reserve, and work goes on when there is space again`(seed: UInt64) async throws
    {
        var dice = SeededGenerator(seed: seed)
        let disk = try SmallDisk(megabytes: 24)
        let journal = try Journal(in: StateDirectory(path: disk.path + "/state"))
        let watch = MachineWatch(journal: journal)
        _ = await watch.look()
        #expect(watch.obstacle == nil)
        #expect(journal.reserve.size > 1_000_000)

        let steps = 20
        let full = Int.random(in: 0...steps, using: &dice)
        let last = try await Self.run(journal, request: "first", steps: steps, dice: &dice) { step in
            if step == full { disk.fill() }
        }
        #expect(try await journal.run(last)?.state == .succeeded, "seed \(seed)")
        let news = await watch.look()
        #expect(news?.contains("disk space is short") == true, "seed \(seed): \(news ?? "")")
        #expect(watch.obstacle?.contains("the reserve is given up") == true, "seed \(seed)")
        #expect(await watch.look() == nil, "it is said once")

        disk.empty()
        let end = await watch.look()
        #expect(end?.contains("enough disk space again") == true)
        #expect(watch.obstacle == nil)
        #expect(journal.reserve.size > 1_000_000)
        let next = try await Self.run(journal, request: "second", steps: steps, dice: &dice) { _ in }
        #expect(try await journal.integrityFindings() == [])
        for run in [last, next] { #expect(try await journal.steps(of: run).count == steps) }
        #expect(try await journal.outboxCounts()[.ready] == 2)
        try await journal.close()
    }

    @Test func `when the reserve is used up, too, writes are refused, nothing is damaged, and no restart is needed`()
        async throws
    {
        let disk = try SmallDisk(megabytes: 8)
        let journal = try Journal(in: StateDirectory(path: disk.path + "/state"))
        let watch = MachineWatch(journal: journal)
        _ = await watch.look()
        var kept: [UUIDv7] = []
        var refused = 0
        for index in 0..<40 {
            if index == 10 || index == 12 { disk.fill() }
            let result = journal.makeResult(request: "r\(index)", size: 40_000)
            do throws(StoreError) {
                try await journal.enqueue(result)
                kept.append(result.id)
            } catch {
                #expect(error.code == .diskFull, "\(error)")
                #expect(error.advice.contains("Free space"))
                refused += 1
            }
            if index == 30 {
                disk.empty()
                _ = await watch.look()
            }
        }
        #expect(refused >= 15)
        #expect(journal.storageFailure == nil)
        for id in kept { #expect(try await journal.outboxItem(id)?.isIntact == true) }
        #expect(try await journal.outboxCounts()[.ready] == kept.count)
        #expect(try await journal.integrityFindings() == [])
    }

    @Test func `a journal opens on a full disk`() async throws {
        let disk = try SmallDisk(megabytes: 8)
        do {
            let journal = try Journal(in: StateDirectory(path: disk.path + "/state"))
            _ = await MachineWatch(journal: journal).look()
            try await journal.enqueue(journal.makeResult(request: "r"))
        }
        disk.fill()
        let journal = try Journal(in: StateDirectory(path: disk.path + "/state"))
        #expect(try await journal.outboxCounts()[.ready] == 1)
        let watch = MachineWatch(journal: journal)
        _ = await watch.look()
        #expect(watch.obstacle != nil)
    }

    @Test func `each limit is said once, and ends only when space is clearly back`() async throws {
        let used = Figure(0.5)
        let watch = MachineWatch(journal: try Scratch().journal(), policy: .small) { _ in
            DiskSpace(total: 1 << 30, available: Int64(Double(1 << 30) * (1 - used.value)), used: used.value)
        }
        var said: [String?] = []
        for value in [0.5, 0.805, 0.81, 0.795, 0.785, 0.96, 0.945, 0.93, 0.5] {
            used.value = value
            said.append(await watch.look())
            #expect((watch.obstacle != nil) == [0.96, 0.945].contains(value), "\(value)")
        }
        let words = said.map { $0.map { String($0.prefix(17)) } }
        #expect(
            words == [
                nil, "disk space is low", nil, nil, "there is enough d", "disk space is sho", nil, "disk space is low",
                "there is enough d",
            ])
    }

    @Test func `raw readings give way before anything is refused, and that is on record`() async throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        let journal = try Journal(in: directory)
        let readings = try Readings(in: directory)
        let now = Moment.now().utc
        // One reading a minute for ten days.
        let all = (0..<14_400).map {
            Reading(series: "T", time: now - Int64($0) * 60_000_000, value: 21, unit: "°C")
        }
        try await readings.append(all)
        let used = Figure(0.5)
        let watch = MachineWatch(journal: journal, policy: .small) { _ in
            DiskSpace(total: 1 << 30, available: 1 << 29, used: used.value)
        }
        watch.mayThin(readings)
        #expect(await watch.look() == nil)
        used.value = 0.85
        #expect(await watch.look()?.contains("raw readings were thinned") == true)
        let loss = try #require(try await journal.incidents().first)
        #expect(loss.kind == .loss)
        #expect(loss.detail["count"]?.integer.map { (4318...4321).contains($0) } == true, "\(loss.detail)")
        let range = try await readings.range("T", from: now - 11 * 86_400_000_000, to: now + 1, limit: 100)
        #expect(range?.spans.reduce(0) { $0 + $1.count } == all.count, "the roll-ups know all of them")
    }

    /// Steps with an outcome of a few kilobytes, then a result.
    private static func run(
        _ journal: Journal, request: String, steps: Int, dice: inout SeededGenerator, before: (Int) -> Void
    ) async throws -> UUIDv7 {
        let run = try await journal.makeRun(request: request)
        try await journal.setRunState(run, .checking)
        try await journal.setRunState(run, .running)
        for step in 0..<steps {
            before(step)
            try await journal.beginStep(step, of: run, kind: "read", description: ["step": "x"], isRepeatable: true)
            let size = Int.random(in: 1...8000, using: &dice)
            try await journal.finishStep(
                step, of: run, .done, outcome: ["spectrum": .string(String(repeating: "x", count: size))])
        }
        before(steps)
        try await journal.finishRun(run, with: journal.makeResult(request: request, size: 30_000))
        return run
    }
}

extension MachineWatch.Policy {
    /// A reserve that a test may hold on the machine's own disk.
    fileprivate static let small = {
        var policy = MachineWatch.Policy()
        policy.reserve = 65_536
        return policy
    }()
}
