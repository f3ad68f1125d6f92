import EdgeAgent
import Foundation
import Protocols
import Site

@testable import Demo

/// The demonstration's requests at a site, and an agent that does not live long.
struct Campaign: Sendable {
    /// One life of the agent.
    struct Life: Sendable {
        /// From its start to its first look at the broker; nil if it did not live that long.
        var serving: Duration?
        var ended: EdgeAgentProgram.Ended
    }

    let site: SimulatedSite
    private(set) var requests: [String: DemoRequest] = [:]

    /// - Parameters:
    ///   - seed: of the noise of what is measured.
    ///   - misbehaviour: a plan of what devices do wrong.
    init(seed: UInt64 = 1, misbehaviour: String? = nil) async throws {
        self.site = try await SimulatedSite(speed: Experiment.speed, seed: seed, misbehaviour: misbehaviour)
    }

    /// Asks for samples that the lab can make.
    mutating func post(_ count: Int = 6, using dice: inout Dice) async throws {
        let lab = try LabDescription(contentsOf: self.site.lab.description)
        let all = try DemoRequest.campaign(in: lab).filter(\.isReachable)
        try await self.post(Array(all.shuffled(using: &dice).prefix(count)))
    }

    /// Asks for density, viscosity and conductivity of one sample, which are served side by side.
    mutating func postOneSample(using dice: inout Dice) async throws {
        let lab = try LabDescription(contentsOf: self.site.lab.description)
        let all = try DemoRequest.campaign(of: ["density", "viscosity", "conductivity"], in: lab)
        let molality = Set(all.map(\.molality)).sorted().randomElement(using: &dice)
        try await self.post(all.filter { $0.molality == molality }.shuffled(using: &dice))
    }

    private mutating func post(_ chosen: [DemoRequest]) async throws {
        let ids = try await self.site.post(chosen.map { $0.json(by: "0b0c7b6e-52a1-4f0e-9f5d-6c1f2a7d9e31") })
        for (id, request) in zip(ids, chosen) { self.requests[id] = request }
    }

    /// Lets an agent live until `death` returns, with an operator at its side; then it gets `signal`.
    @discardableResult
    func live(
        signal: Int32, broker: String? = nil, environment: [String: String] = [:], launcher: [String] = [],
        until death: (EdgeAgentProgram.Started) async throws -> Void
    ) async throws -> Life {
        let begun = ContinuousClock.now
        let agent = try self.site.startAgent(broker: broker, environment: environment, launcher: launcher)
        let operating = Task { [site] in try await SimulatedOperator(site: site).attend(to: agent) }
        let watching = Task {
            try await agent.says("broker.reachable", within: .seconds(60)) ? ContinuousClock.now - begun : nil
        }
        do {
            try await death(agent)
        } catch {
            operating.cancel()
            watching.cancel()
            try await agent.end(by: SIGKILL)
            throw error
        }
        let ended = try await agent.end(by: signal)
        try await operating.value
        return Life(serving: try await watching.value, ended: ended)
    }

    /// Whether each request has a result or was given up, and nothing is on its way.
    func isSettled() async throws -> Bool {
        let answered = Set(try await self.site.results().map { $0.result.requestUUID.lowercased() })
        let open = Set(self.requests.keys).subtracting(answered)
        guard !open.isEmpty else { return try await self.isOutboxEmpty() }
        guard let runs = try await self.site.tries("runs", "--limit", "1000")?.array else { return false }
        // A run that is stopped offers its request again; only a failed one does not.
        let givenUp = Set(runs.filter { $0["state"] == "failed" }.compactMap { $0["request"]?.string })
        return open.isSubset(of: givenUp)
    }

    private func isOutboxEmpty() async throws -> Bool {
        guard let items = try await self.site.tries("outbox", "list")?.array else { return false }
        return items.allSatisfy { $0["state"] == "delivered" }
    }

    /// The last life: it may live until all is served, and is then told to end.
    @discardableResult
    func finish(within limit: Duration = .seconds(180)) async throws -> Life {
        try await self.live(signal: SIGTERM) { agent in
            let deadline = ContinuousClock.now + limit
            try await agent.waits(for: "broker.reachable")
            while try await !self.isSettled() {
                guard agent.isRunning else { throw SiteFailure("the agent ended: \(agent.errors)\(agent.output)") }
                guard ContinuousClock.now < deadline else {
                    let state = try ["runs", "pending", "outbox"].map { try self.site.ask($0).output }
                    throw SiteFailure(
                        "not all was served within \(limit): \(state.joined()) \(agent.output.suffix(2000))")
                }
                try await Task.sleep(for: .milliseconds(300))
            }
        }
    }

    /// What the logs say once the agent has ended. Where something is wrong, all that was written is kept.
    func verdict() async throws -> Verdict {
        let verdict = Oracle(evidence: try await Evidence(self.site, requests: self.requests)).verdict
        if !verdict.faults.isEmpty || verdict.givenUp > 0 {
            let kept = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString.prefix(8))")
            try FileManager.default.copyItem(at: self.site.lab.folder, to: kept)
            Experiment.tell("  \(verdict), \(verdict.givenUp) given up\n  all that was written is in \(kept.path)")
        }
        return verdict
    }
}
