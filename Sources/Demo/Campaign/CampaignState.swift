import EdgeAgent
import Methods

/// What has become of the requests so far, told by the agent's events.
struct CampaignState: Sendable {
    enum Phase: Sendable, Hashable {
        case waiting
        case running
        /// The result is safe and on its way.
        case finished
        case delivered
        case leftAlone(reason: String)
        case failed(reason: String)
    }

    struct Item: Sendable {
        let id: String
        let title: String
        var phase = Phase.waiting
        var step = ""
        /// Of the estimated lab time, 0…1.
        var progress = 0.0
        var taken: ContinuousClock.Instant?
        /// When the result was safe.
        var finished: ContinuousClock.Instant?
        fileprivate var run: String?
        fileprivate var estimates: [Double] = []
        /// What its plan asks of people; the simulated operator answers it.
        fileprivate var questions: Set<String> = []
    }

    private(set) var items: [Item]
    /// What the lab does between requests.
    private(set) var cleaning: String?
    private(set) var notices: [String] = []
    private(set) var devicesReady = 0

    init(_ requests: [(id: String, title: String)]) {
        self.items = requests.map { Item(id: $0.id, title: $0.title) }
    }

    /// Whether nothing more is going to happen.
    var isSettled: Bool {
        self.items.allSatisfy { item in
            switch item.phase {
            case .delivered, .leftAlone, .failed: true
            case .waiting, .running, .finished: false
            }
        }
    }

    mutating func take(_ event: AgentEvent, at now: ContinuousClock.Instant) {
        switch event {
        case .deviceReady: self.devicesReady += 1
        case .deviceState, .consoleReady, .enrolmentCode: break
        case .brokerReachable(true, _): break
        case .brokerReachable(false, let detail): self.notices.append("the broker cannot be reached: \(detail)")
        case .notice(let text): self.notices.append(text)
        case .leftAlone(let request, _, _, let reason):
            self.edit(request) { item in
                guard item.taken == nil else { return }
                item.phase = .leftAlone(reason: reason)
            }
        case .taken(let request, let run, _, _, let plan):
            self.cleaning = nil
            self.edit(request) { item in
                item.phase = .running
                item.taken = now
                item.run = run
                item.estimates = plan.steps.map { max(1, $0.estimate / .seconds(1)) }
                item.questions = Set(
                    plan.steps.compactMap {
                        if case .askOperator(let question) = $0.action { question.text } else { nil }
                    })
            }
        case .stepBegun(let run, let index, let count, let title):
            guard let place = self.items.firstIndex(where: { $0.run == run }) else {
                self.cleaning = "\(title) (\(index + 1) of \(count))"
                return
            }
            self.items[place].step = title
            self.items[place].progress = Self.share(self.items[place].estimates, before: index)
        case .stepProgress: break
        case .stepDone(let run, let index):
            guard let place = self.items.firstIndex(where: { $0.run == run }) else { return }
            self.items[place].progress = Self.share(self.items[place].estimates, before: index + 1)
        case .finished(_, let request, _):
            self.edit(request) { item in
                if item.phase != .delivered { item.phase = .finished }
                item.finished = now
                item.progress = 1
            }
        // Nobody answers in a demonstration what was not planned.
        case .asked(_, _, let request, let text):
            self.edit(request) { if !$0.questions.contains(text) { $0.phase = .failed(reason: text) } }
        case .resumed: break
        case .failed(_, let request, let reason): self.edit(request) { $0.phase = .failed(reason: reason) }
        case .delivered(let request, _):
            self.edit(request) { item in
                item.phase = .delivered
                if item.finished == nil { item.finished = now }
            }
        }
    }

    private mutating func edit(_ request: String, _ body: (inout Item) -> Void) {
        guard let place = self.items.firstIndex(where: { $0.id == request }) else { return }
        body(&self.items[place])
    }

    private static func share(_ estimates: [Double], before index: Int) -> Double {
        let total = estimates.reduce(0, +)
        return total > 0 ? min(1, estimates.prefix(index).reduce(0, +) / total) : 0
    }
}
