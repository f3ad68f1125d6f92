public import DeviceKit
import EdgeAgent
import Methods

/// Carries samples as a person would: after a while, mostly as asked, sometimes elsewhere, and now and then not at all. Starts
/// the densimeter that is started by hand.
/// Everything else that an agent asks is left to people.
public struct SimulatedOperator: Sendable {
    /// Under which its answers are in the audit trail and in results.
    public static let name = "simulated operator"
    /// Lab time for one sample.
    private static let way = Duration.seconds(60)
    /// Lab time from an answer to the Start key.
    private static let reach = Duration.seconds(5)
    /// Between two looks at what waits.
    private static let look = Duration.milliseconds(200)

    private let stateDirectory: String
    private let clock: LabClock
    private let seed: UInt64
    private let start: @Sendable (_ device: String, _ method: String, _ sample: String) async -> Void

    /// - Parameter start: presses Start at a device.
    public init(
        stateDirectory: String, clock: LabClock, seed: UInt64,
        start: @escaping @Sendable (_ device: String, _ method: String, _ sample: String) async -> Void
    ) {
        self.stateDirectory = stateDirectory
        self.start = start
        self.clock = clock
        self.seed = seed
    }

    /// Serves the agent that runs, or that comes to run, until the task is cancelled.
    public func run() async {
        var random = SeededRandom(seed: self.seed)
        while !Task.isCancelled {
            if let agent = await AgentAccess(runningIn: self.stateDirectory),
                let prompts = try? await agent.ask(.prompts(all: false, limit: 100), as: [PromptReport].self),
                let prompt = prompts.first(where: { $0.isTransport || $0.start != nil })
            {
                try? await self.clock.sleep(until: self.clock.now.advanced(by: Self.way))
                let answer =
                    prompt.start == nil ? Self.answer(using: &random) : OperatorAnswer(choice: Question.readyAnswer)
                // Somebody else may have been faster.
                guard
                    await
                        (try? agent.ask(
                            .answer(
                                prompt: prompt.id, answer: answer.choice, person: Self.name,
                                entries: answer.entries.isEmpty ? nil : answer.entries))) != nil,
                    let start = prompt.start
                else { continue }
                try? await self.clock.sleep(until: self.clock.now.advanced(by: Self.reach))
                await self.start(start.device, start.method, start.sample)
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

    /// What is to be entered at which device, as a person reads it; nil where nothing is to be started.
    fileprivate var start: (device: String, method: String, sample: String)? {
        guard self.choices.map(\.answer) == [Question.readyAnswer], let topic else { return nil }
        let quoted = self.text.split(separator: "“").dropFirst().compactMap { $0.split(separator: "”").first }
        guard quoted.count == 2 else { return nil }
        return (topic, String(quoted[0]), String(quoted[1]))
    }
}
