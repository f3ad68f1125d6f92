import Foundation
import Site
import Testing

@testable import Demo

/// R02: the agent is killed before and after each single commit to its journal, from start to delivered result.
@Suite(.serialized) struct CommitKillTests {
    /// Requests after which a site's bottles are too empty for more.
    private static let requestsPerSite = 6

    @Test func `an agent that is killed at any commit goes on as if it had not been`() async throws {
        var dice = Dice(seed: Experiment.seed)
        let commits =
            Experiment.isSoak
            ? nil : (0..<Experiment.count(2, soak: 0)).map { _ in Int.random(in: 8...45, using: &dice) }
        for moment in Preload.Moment.allCases {
            Experiment.tell("R02: killed \(moment.rawValue) each commit of a life\(commits.map { ": \($0)" } ?? "")")
            let sweep = try await Self.sweep(killing: moment, at: commits, seed: Experiment.seed)
            for line in sweep.report { Experiment.tell(line) }
            #expect(sweep.faults == [], "seed \(Experiment.seed)")
        }
    }

    private static func sweep(killing moment: Preload.Moment, at commits: [Int]?, seed: UInt64) async throws
        -> CommitSweep
    {
        var sweep = CommitSweep()
        var dice = Dice(seed: seed)
        var numbers = commits ?? Array(1...1000)
        while !numbers.isEmpty {
            var campaign = try await Campaign(seed: dice.next())
            let preload = try Preload(in: campaign.site.lab.folder)
            var isSwept = false
            for commit in numbers.prefix(Self.requestsPerSite) {
                try await campaign.post(1, using: &dice)
                isSwept = try await !Self.live(campaign, preload, killing: moment, at: commit, &sweep)
                if isSwept { break }
                try await campaign.finish()
            }
            let verdict = try await campaign.verdict()
            sweep.faults += verdict.faults.map { "commits from \(numbers[0]): \($0)" }
            numbers = isSwept ? [] : Array(numbers.dropFirst(Self.requestsPerSite))
        }
        return sweep
    }

    /// - Returns: whether it was killed; false if all was served before.
    private static func live(
        _ campaign: Campaign, _ preload: Preload, killing moment: Preload.Moment, at commit: Int,
        _ sweep: inout CommitSweep
    ) async throws -> Bool {
        let life = try await campaign.live(
            signal: SIGTERM, environment: preload.environment(killing: moment, at: commit)
        ) { agent in
            while agent.isRunning, try await !campaign.isSettled() { try await Task.sleep(for: .milliseconds(50)) }
        }
        guard life.ended.wasKilled else { return false }
        sweep.note(try await LastCommit.read(in: campaign.site.lab.state))
        return true
    }
}

/// Which commits a sweep has met.
struct CommitSweep: Sendable {
    private var kills: [String: Int] = [:]
    var faults: [String] = []

    mutating func note(_ lastCommit: String) { self.kills[lastCommit, default: 0] += 1 }

    var report: [String] {
        let rows = self.kills.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return ["\(rows.reduce(0) { $0 + $1.value }) kills; the journal's last word was:"]
            + rows.map { "\($0.value)".leftPadding(to: 5) + "  " + $0.key } + self.faults.map { "  ✘ \($0)" }
    }
}
