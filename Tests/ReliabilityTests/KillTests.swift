import Foundation
import Site
import Testing

@testable import Demo

/// R01: the agent is killed at random times while it serves requests and delivers results.
@Suite(.serialized) struct KillTests {
    @Test func `an agent that is killed at random loses nothing and does nothing twice`() async throws {
        let total = Experiment.count(12, soak: 1000)
        let seed = Experiment.seed
        Experiment.tell(
            "R01: \(total) kills, seed \(seed), \(Experiment.sites) sites at a time, speed \(Experiment.speed)")
        Experiment.tell(KillRow.heading)
        let sum = try await withThrowingTaskGroup(of: KillRow.self) { group in
            var sum = KillRow(seed: seed)
            var planned = 0
            var number: UInt64 = 0
            var underWay = 0
            while true {
                while underWay < Experiment.sites, planned < total {
                    let kills = min(total > 12 ? 12 : 6, total - planned)
                    let campaignSeed = seed &+ number
                    planned += kills
                    number += 1
                    underWay += 1
                    group.addTask { try await Self.campaign(seed: campaignSeed, kills: kills) }
                }
                guard let row = try await group.next() else { return sum }
                underWay -= 1
                Experiment.tell(row.text)
                sum.add(row)
            }
        }
        Experiment.tell(sum.text)
        #expect(sum.verdict.faults == [], "seed \(seed)")
        #expect(sum.verdict.givenUp == 0, "seed \(seed): nobody gave anything up")
        #expect(sum.kills == total)
    }

    private static func campaign(seed: UInt64, kills: Int) async throws -> KillRow {
        var dice = Dice(seed: seed)
        var row = KillRow(seed: seed)
        var campaign = try await Campaign(seed: seed)
        // Every other campaign is about runs that go on side by side.
        if seed.isMultiple(of: 2) {
            try await campaign.post(3, using: &dice)
        } else {
            try await campaign.postOneSample(using: &dice)
        }
        for _ in 0..<kills {
            let life = dice.duration(0.1...4)
            // A third of the lives end about the time a result is on its way.
            let delay = Int.random(in: 0..<3, using: &dice) == 0 ? dice.duration(0...0.08) : nil
            let lived = try await campaign.live(signal: SIGKILL) { agent in
                guard let delay else { return try await Task.sleep(for: life) }
                if try await agent.says("run.finished", within: life * 2) { try await Task.sleep(for: delay) }
            }
            row.kills += 1
            if let serving = lived.serving { row.serving.append(serving) }
            if !lived.ended.wasKilled { row.verdict.lost.append("an agent ended by itself: \(lived.ended.errors)") }
        }
        let last = try await campaign.finish()
        if let serving = last.serving { row.serving.append(serving) }
        let found = try await campaign.verdict()
        row.verdict.add(found)
        row.requests = campaign.requests.count
        return row
    }
}

/// What one campaign came to, or all of them.
struct KillRow: Sendable {
    var seed: UInt64
    var kills = 0
    var requests = 0
    /// From the start of a life to its first look at the broker.
    var serving: [Duration] = []
    var verdict = Verdict()

    static let heading =
        "      seed  kills  requests  delivered  rated down  given up  lost  twice  wrong  repeated  unjournaled  serving p50, max / s"

    mutating func add(_ row: KillRow) {
        self.kills += row.kills
        self.requests += row.requests
        self.serving += row.serving
        self.verdict.add(row.verdict)
    }

    var text: String {
        let counts = [
            (self.kills, 7), (self.requests, 10), (self.verdict.delivered, 11), (self.verdict.ratedDown, 12),
            (self.verdict.givenUp, 10), (self.verdict.lost.count, 6), (self.verdict.duplicates.count, 7),
            (self.verdict.wrong.count, 7), (self.verdict.repeated.count, 10), (self.verdict.unjournaled.count, 13),
        ]
        let sorted = self.serving.map { $0 / .seconds(1) }.sorted()
        let times = sorted.isEmpty ? "–" : "\(sorted[sorted.count / 2].fixed(2)), \(sorted[sorted.count - 1].fixed(2))"
        let line =
            "\(self.seed)".leftPadding(to: 10) + counts.map { "\($0)".leftPadding(to: $1) }.joined() + "  " + times
        return ([line] + self.verdict.faults.map { "  ✘ \($0)" }).joined(separator: "\n")
    }
}
