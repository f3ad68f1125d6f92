import Foundation
import Site
import Testing

@testable import Demo

/// R27: a week of lab time.
@Suite(.enabled(if: Experiment.isSoak)) struct WeekTests {
    /// What the example lab's bottles are good for.
    private static let requests = 6

    @Test func `a week of lab time takes no more and more of the machine`() async throws {
        let days = Experiment.count(7, soak: 7)
        var dice = Dice(seed: Experiment.seed)
        var campaign = try await Campaign(seed: Experiment.seed)
        let speed = campaign.site.speed
        let wall = Duration.seconds(Double(days) * 86_400 / speed)
        Experiment.tell(
            "R27: \(days) days of lab time in \(wall), \(Self.requests) requests, otherwise polling every 200 ms of wall time"
        )
        let agent = try campaign.site.startAgent()
        try await agent.waits(for: "broker.reachable")
        let begun = ContinuousClock.now
        var hours = 0
        var first: ProcessUse?
        while ContinuousClock.now - begun < wall {
            guard agent.isRunning else { throw SiteFailure("the agent ended: \(agent.errors)") }
            let use = try ProcessUse(of: agent.process.processIdentifier)
            let day = (ContinuousClock.now - begun) * speed / .seconds(86_400)
            // Caches have filled after the first request.
            if day > 1, first == nil { first = use }
            Experiment.tell(
                "  day \(day.fixed(2)): \((Double(use.memory) / 1e6).fixed(1)) MB, \(use.descriptors) descriptors")
            if campaign.requests.count < Self.requests, hours.isMultiple(of: 4) {
                try await campaign.post(1, using: &dice)
            }
            hours += 6
            try await ContinuousClock().sleep(until: begun + .seconds(Double(hours) * 3600 / speed))
        }
        let last = try ProcessUse(of: agent.process.processIdentifier)
        #expect(try await agent.end(by: SIGTERM).status == 0)
        let verdict = try await campaign.verdict()
        #expect(verdict.faults == [])
        guard let start = first else { throw SiteFailure("the experiment was shorter than a day") }
        let drift = Double(last.memory - start.memory) / 1e6 / Double(max(1, days - 1))
        Experiment.tell(
            "R27: \(drift.fixed(3)) MB a day, \(last.descriptors - start.descriptors) descriptors; \(verdict.delivered) results"
        )
        #expect(drift < 1, "memory grows")
        #expect(last.descriptors <= start.descriptors, "descriptors grow")
    }
}
