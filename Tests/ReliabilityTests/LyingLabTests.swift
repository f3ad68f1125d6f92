import Site
import Testing

@testable import Demo

/// R22 with the whole agent: devices of the lab lie or fall silent while requests are served. Some requests are
/// given up then; no result says what was not so, and nothing that happened is missing in the journal.
@Suite(.serialized) struct LyingLabTests {
    @Test func `a lab that lies gets no wrong result, and what moved is journaled`() async throws {
        let count = Experiment.count(1, soak: 20)
        Experiment.tell("R22: \(count) campaigns of three requests, seeds from \(Experiment.seed)")
        var sum = Verdict()
        for number in 0..<count {
            let seed = Experiment.seed &+ UInt64(number)
            var dice = Dice(seed: seed)
            let plan = Self.plan(using: &dice)
            var campaign = try await Campaign(seed: seed, misbehaviour: plan)
            try await campaign.post(3, using: &dice)
            try await campaign.finish()
            let verdict = try await campaign.verdict()
            let told = plan.split(separator: "\n").joined(separator: ", ")
            Experiment.tell("  seed \(seed): \(verdict.delivered) results, \(verdict.givenUp) given up; \(told)")
            #expect(verdict.faults == [], "seed \(seed): \(told)")
            sum.add(verdict)
        }
        Experiment.tell("R22: \(sum.delivered) results, \(sum.givenUp) given up, \(sum.faults.count) faults")
    }

    /// Three times, within the time in which three requests are served, a device misbehaves for a while.
    private static func plan(using dice: inout Dice) -> String {
        let pumps = ["lies", "silent"].flatMap { word in ["A0", "B0", "C0"].map { "\($0) \(word)" } }
        let all = pumps + ["V1 lies", "V2 lies", "gas lies", "gas mute", "potentiostat lies"]
        return (0..<3).compactMap { _ -> String? in
            guard let fault = all.randomElement(using: &dice), let device = fault.split(separator: " ").first else {
                return nil
            }
            let begin = Int.random(in: 10...1500, using: &dice)
            return "\(begin)s \(fault)\n\(begin + Int.random(in: 20...300, using: &dice))s \(device) behaves"
        }.joined(separator: "\n")
    }
}
