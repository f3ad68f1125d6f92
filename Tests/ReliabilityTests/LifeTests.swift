import Foundation
import Site
import Store
import Testing

/// R16, R25 and R30: one agent at a time, little to live on, and the word to end at any time.
@Suite(.serialized) struct LifeTests {
    /// R16.
    @Test func `a second agent is refused and told who is there`() async throws {
        let site = try await SimulatedSite(speed: Experiment.speed)
        let agent = try site.startAgent()
        try await agent.waits(for: "broker.reachable")
        let holder = agent.process.processIdentifier
        for _ in 0..<5 {
            let seconds = try (0..<4).map { _ in try site.startAgent() }
            for second in seconds {
                let ended = try await second.end()
                #expect(ended.status == 69)
                #expect(ended.errors.contains("process \(holder) uses this state directory"), "\(ended.errors)")
            }
        }
        // Whoever was killed holds nothing any more.
        try await agent.end(by: SIGKILL)
        let next = try site.startAgent()
        try await next.waits(for: "broker.reachable")
        #expect(try await next.end(by: SIGTERM).status == 0)
    }

    /// R30.
    @Test func `an agent that is told to end at any time ends cleanly and says so in its journal`() async throws {
        let count = Experiment.count(5, soak: 500)
        let seed = Experiment.seed
        var dice = Dice(seed: seed)
        var ends: [Duration] = []
        var early = 0
        var campaign = try await Campaign(seed: seed)
        for number in 0..<count {
            if number.isMultiple(of: 40) {
                if number > 0 { campaign = try await Campaign(seed: seed &+ UInt64(number)) }
                try await campaign.post(6, using: &dice)
            }
            let agent = try campaign.site.startAgent()
            try await Task.sleep(for: dice.duration(0...2.5))
            let told = ContinuousClock.now
            let ended = try await agent.end(by: SIGTERM, within: .seconds(5))
            ends.append(ContinuousClock.now - told)
            // Before it has begun to listen for signals it has begun nothing else either.
            if ended.wasKilled, ended.output.isEmpty {
                early += 1
                continue
            }
            #expect(ended.status == 0 && !ended.wasKilled, "seed \(seed), number \(number): \(ended.errors)")
            let journal = try Journal(in: StateDirectory(path: campaign.site.lab.state))
            #expect(journal.hadCleanShutdown, "seed \(seed), number \(number): \(ended.errors)")
            try await journal.close()
        }
        Experiment.tell(
            "R30: told to end \(count) times, \(early) of them before anything was begun, seed \(seed); ended after \(ends.spread)"
        )
    }

    /// R25.
    @Test(arguments: ["--nofile=64", "--data=134217728"])
    func `an agent with little to live on serves`(limit: String) async throws {
        var dice = Dice(seed: Experiment.seed)
        var campaign = try await Campaign()
        try await campaign.post(1, using: &dice)
        let life = try await campaign.live(signal: SIGTERM, launcher: ["/usr/bin/prlimit", limit, "--"]) { agent in
            let deadline = ContinuousClock.now + .seconds(60)
            while agent.isRunning, ContinuousClock.now < deadline, try await !campaign.isSettled() {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        #expect(life.ended.status == 0, "\(life.ended.errors.suffix(2000))")
        #expect(try await campaign.verdict().faults == [], "\(life.ended.output.suffix(2000))")
    }
}
