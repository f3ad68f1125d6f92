import Foundation
import Site
import Synchronization
import Testing

/// R03, R04 and R05 with the real programs: what brokers do to an agent that delivers.
@Suite(.serialized, .timeLimit(.minutes(30))) struct BrokerFaultTests {
    /// R03.
    @Test func `a broker that is killed at random and comes back gets every result once`() async throws {
        let kills = Experiment.count(4, soak: 100)
        let seed = Experiment.seed
        var dice = Dice(seed: seed)
        var campaign = try await DeliveryCampaign()
        var returns: [Duration] = []
        var done = 0
        while done < kills {
            // Delivery begins with the agent's start, before it has looked at the broker.
            try await campaign.enqueue(min(500 * (kills - done), 5000))
            let agent = try campaign.site.startAgent()
            try await agent.waits(for: "broker.reachable")
            while done < kills, try await !campaign.isDelivered() {
                // Most of the time it is in the midst of something.
                try await Task.sleep(for: dice.duration(0.02...0.25))
                let before = Self.count("broker.lost", in: agent)
                try await campaign.site.broker.end(by: SIGKILL)
                while Self.count("broker.lost", in: agent) == before { try await Task.sleep(for: .milliseconds(5)) }
                try await Task.sleep(for: dice.duration(0...0.5))
                try await campaign.site.restartBroker()
                let back = ContinuousClock.now
                while Self.count("broker.reachable", in: agent) <= before + 1 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                returns.append(ContinuousClock.now - back)
                done += 1
            }
            try await campaign.waitUntilDelivered(by: agent)
            #expect(try await agent.end(by: SIGTERM).status == 0)
        }
        try await campaign.expectOneResultEach("seed \(seed)")
        Experiment.tell(
            "R03: \(done) kills of the broker, \(campaign.requests.count) results, seed \(seed); used again after \(returns.spread)"
        )
    }

    private static func count(_ event: String, in agent: EdgeAgentProgram.Started) -> Int {
        agent.output.components(separatedBy: event).count - 1
    }

    /// R04. The proxy takes the idempotency key off: the broker behaves as one that never heard of it.
    @Test func `a broker that keeps a result and drops the connection gets it once`() async throws {
        let posts = Experiment.count(12, soak: 500)
        let seed = Experiment.seed
        let dropped = Mutex<Set<String>>([])
        var campaign = try await DeliveryCampaign()
        try await campaign.enqueue(posts)
        let drops = try await Self.behindProxy(campaign.site) { seen in
            guard seen.line.hasPrefix("POST /results/") else { return .none }
            // Each result once.
            return dropped.withLock { $0.insert(seen.body).inserted } ? .dropAfter : .none
        } _: { [campaign] address in
            let agent = try campaign.site.startAgent(broker: address)
            try await campaign.waitUntilDelivered(by: agent, within: .seconds(60 + posts))
            #expect(try await agent.end(by: SIGTERM).status == 0)
            return dropped.withLock(\.count)
        }
        #expect(drops == posts)
        try await campaign.expectOneResultEach("seed \(seed)")
        Experiment.tell("R04: \(drops) results kept, their connections dropped; each once at the broker")
    }

    /// R05.
    @Test func `a broker that hangs holds up no end, and what it kept is not posted again`() async throws {
        let times = Experiment.count(1, soak: 50)
        var dice = Dice(seed: Experiment.seed)
        var campaign = try await DeliveryCampaign()
        var ends: [Duration] = []
        for _ in 0..<times {
            try await campaign.enqueue(2)
            let isHanging = Mutex(false)
            let wait = dice.duration(0...(Experiment.isSoak ? 3 : 0.5))
            ends.append(
                try await Self.behindProxy(campaign.site) { seen in
                    guard seen.line.hasPrefix("POST /results/") else { return .none }
                    isHanging.withLock { $0 = true }
                    return .hang
                } _: { [campaign] address in
                    let agent = try campaign.site.startAgent(broker: address)
                    while !isHanging.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
                    try await Task.sleep(for: wait)
                    let told = ContinuousClock.now
                    let ended = try await agent.end(by: SIGTERM, within: .seconds(5))
                    #expect(ended.status == 0, "\(ended.errors)")
                    return ContinuousClock.now - told
                })
        }
        let agent = try campaign.site.startAgent()
        try await campaign.waitUntilDelivered(by: agent)
        #expect(try await agent.end(by: SIGTERM).status == 0)
        try await campaign.expectOneResultEach("seed \(Experiment.seed)")
        Experiment.tell("R05: told to end \(times) times while the broker hung; ended after \(ends.spread)")
    }

    private static func behindProxy<Value: Sendable>(
        _ site: SimulatedSite, fault: @escaping @Sendable (FaultyProxy.Seen) -> FaultyProxy.Fault,
        _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        let proxy = try await FaultyProxy(fault: fault)
        proxy.aim(at: Int(site.address.split(separator: ":").last ?? "") ?? 0)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await proxy.run() }
            let value = try await body(proxy.url)
            group.cancelAll()
            return value
        }
    }
}
