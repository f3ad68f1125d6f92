import Foundation
import Site
import Testing

@testable import Demo

/// How soon an agent serves again that has much to remember.
@Suite(.enabled(if: Experiment.isSoak)) struct StartTests {
    @Test func `an agent with sixty days behind it serves soon after a crash`() async throws {
        var dice = Dice(seed: Experiment.seed)
        var campaign = try await Campaign(seed: Experiment.seed)
        try await campaign.post(1, using: &dice)
        try await campaign.finish()
        let state = campaign.site.lab.state
        let history = LongHistory(directory: state, days: 60)
        let runs = try await history.repeatRuns(perDay: 24)
        let readings = try await history.fillReadings(rawDays: 7)
        func size(_ name: String) throws -> String {
            let bytes = try FileManager.default.attributesOfItem(atPath: "\(state)/\(name)")[.size] as? Int ?? 0
            return "\(bytes / 1_000_000) MB"
        }
        Experiment.tell(
            "Start: journal of \(runs) runs (\(try size("journal.sqlite"))), \(readings) raw readings (\(try size("readings.sqlite")))"
        )
        for (signal, words) in [(SIGKILL, "killed"), (SIGTERM, "ended")] {
            var serving: [Duration] = []
            for _ in 0..<Experiment.count(10, soak: 20) {
                let life = try await campaign.live(signal: signal) { try await $0.waits(for: "broker.reachable") }
                if let time = life.serving { serving.append(time) }
            }
            Experiment.tell("Start: an agent that was \(words) before looks at the broker after \(serving.spread)")
        }
    }
}
