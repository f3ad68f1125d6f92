import DeviceKit
import EdgeAgent

extension Demonstration {
    /// Wall time without any news after which a demonstration has failed.
    private static let patience = Duration.seconds(90)
    private static let redrawing = Duration.milliseconds(200)

    private enum News: Sendable {
        case event(AgentEvent)
        case tick
    }

    /// Lets the agent serve the requests until nothing more is going to happen, and returns what became of them.
    func serve(
        _ requests: [(id: String, title: String)], on stage: Stage, in folder: DemoFolder,
        _ display: inout ProgressDisplay
    ) async throws -> CampaignState {
        // Unbounded: a demonstration has some thousand events, and none may be missed.
        let (news, feed) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .unbounded)
        let agent = Agent(self.options(on: stage, in: folder)) { feed.yield(.event($0)) }
        var state = CampaignState(requests)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { feed.finish() }
                try await agent.run()
            }
            group.addTask {
                defer { feed.finish() }
                try await stage.watch()
            }
            group.addTask {
                while true {
                    try await ContinuousClock().sleep(for: Self.redrawing)
                    feed.yield(.tick)
                }
            }
            var lastEvent = ContinuousClock.now
            for await one in news {
                let now = ContinuousClock.now
                switch one {
                case .event(let event):
                    lastEvent = now
                    state.take(event, at: now)
                    display.show(state)
                case .tick: display.show(state, isOnTime: true)
                }
                if state.isSettled { break }
                guard now - lastEvent < Self.patience else {
                    throw DemonstrationFailure(69, "the agent has told nothing for \(Self.patience)")
                }
            }
            display.end(state)
            if state.isSettled { group.cancelAll() }
            try await Self.drain(&group)
        }
        try Task.checkCancellation()
        guard state.isSettled else { throw DemonstrationFailure(69, "the agent ended before all requests were served") }
        return state
    }

    private static func drain(_ group: inout ThrowingTaskGroup<Void, any Error>) async throws {
        while true {
            do {
                guard try await group.next() != nil else { return }
            } catch is CancellationError {
                continue
            } catch let error as AgentError {
                let code: Int32 =
                    error.code == .misconfigured || error.code == .badState ? 78 : error.code == .storage ? 74 : 69
                throw DemonstrationFailure(code, "the agent: \(error)")
            }
        }
    }

    private func options(on stage: Stage, in folder: DemoFolder) -> AgentOptions {
        let user = self.lab.configuration.broker.user
        return AgentOptions(
            lab: self.lab, links: stage.links, clock: LabClock(speed: self.speed), stateDirectory: folder.state,
            brokerURL: stage.brokerURL, user: user, passwordFile: folder.password(of: user), poll: .milliseconds(100))
    }
}
