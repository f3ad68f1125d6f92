public import DeviceKit
import EdgeAgent
import Methods

/// Carries samples as a person would: after a while, mostly as asked, sometimes elsewhere, and now and then not at all.
/// Everything else that an agent asks is left to people.
public struct SimulatedOperator: Sendable {
    /// Under which its answers are in the audit trail and in results.
    public static let name = "simulated operator"
    /// Lab time for one sample.
    private static let way = Duration.seconds(60)
    /// Between two looks at what waits.
    private static let look = Duration.milliseconds(200)

    private let stateDirectory: String
    private let clock: LabClock
    private let seed: UInt64

    public init(stateDirectory: String, clock: LabClock, seed: UInt64) {
        self.stateDirectory = stateDirectory
        self.clock = clock
        self.seed = seed
    }

    /// Serves the agent that runs, or that comes to run, until the task is cancelled.
    public func run() async {
        var random = SeededRandom(seed: self.seed)
        while !Task.isCancelled {
            if let agent = await AgentAccess(runningIn: self.stateDirectory),
                let prompts = try? await agent.ask(.prompts(all: false, limit: 100), as: [PromptReport].self),
                let prompt = prompts.first(where: \.isTransport)
            {
                try? await self.clock.sleep(until: self.clock.now.advanced(by: Self.way))
                let answer = Self.answer(using: &random)
                // Somebody else may have been faster.
                _ = try? await agent.ask(
                    .answer(
                        prompt: prompt.id, answer: answer.choice, person: Self.name,
                        entries: answer.entries.isEmpty ? nil : answer.entries))
            } else {
                try? await ContinuousClock().sleep(for: Self.look)
            }
        }
    }

    private static func answer(using random: inout SeededRandom) -> OperatorAnswer {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: OperatorAnswer(choice: TransportService.Answer.impossible.rawValue, entries: ["remark": "it broke"])
        case 1, 2:
            OperatorAnswer(
                choice: TransportService.Answer.elsewhere.rawValue,
                entries: ["address": "Store", "detail_1": "Shelf \(Int.random(in: 1...9, using: &random))"])
        default: OperatorAnswer(choice: TransportService.Answer.done.rawValue)
        }
    }
}

extension PromptReport {
    fileprivate var isTransport: Bool {
        self.choices.map(\.answer) == TransportService.Answer.allCases.map(\.rawValue)
    }
}
