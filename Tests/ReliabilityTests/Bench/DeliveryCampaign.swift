import Protocols
import Site
import Store
import Testing
import Uplink

/// Results that wait in the outbox of an agent with nothing else to do, so that deliveries can be tried by the
/// thousand.
struct DeliveryCampaign: Sendable {
    let site: SimulatedSite
    private(set) var requests: Set<String> = []

    init() async throws {
        self.site = try await SimulatedSite(
            speed: Experiment.speed,
            broker: [
                "capabilities": [
                    [
                        "quantity": .string(Self.quantity), "method": .string(Self.method),
                        "json_schema_specifications": Self.schema, "json_schema_result_output": Self.schema,
                    ]
                ]
            ])
    }

    private static let quantity = "echo"
    private static let method = "bench"
    private static let schema: JSONValue = ["type": "object"]

    /// Asks for something and keeps its result, as if a run had ended; no agent may run meanwhile.
    mutating func enqueue(_ count: Int) async throws {
        let request = FinalesRequest(
            quantity: Self.quantity, methods: [Self.method], parameters: [Self.method: [:]],
            tenantUUID: "0b0c7b6e-52a1-4f0e-9f5d-6c1f2a7d9e31")
        let ids = try await self.site.post(Array(repeating: request, count: count))
        let journal = try Journal(in: StateDirectory(path: self.site.lab.state))
        let capability = StoredCapability(
            quantity: Self.quantity, method: Self.method, inputSchema: Self.schema, outputSchema: Self.schema)
        for (number, id) in ids.enumerated() {
            let result = FinalesResult(
                data: ["number": .integer(Int64(number))], quantity: Self.quantity, method: Self.method,
                parameters: [Self.method: [:]], tenantUUID: "5c3a1b1e-6f1d-4f0e-9d55-2f7d3a7c9a10", requestUUID: id)
            try await journal.enqueue(NewResult(id: journal.ids.make(), result, capability: capability))
        }
        try await journal.close()
        self.requests.formUnion(ids)
    }

    func isDelivered() async throws -> Bool {
        guard let items = try await self.site.tries("outbox", "list")?.array else { return false }
        return items.allSatisfy { $0["state"] == "delivered" }
    }

    func waitUntilDelivered(by agent: EdgeAgentProgram.Started, within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        try await agent.waits(for: "broker.reachable")
        while try await !self.isDelivered() {
            guard agent.isRunning, ContinuousClock.now < deadline else {
                throw SiteFailure("not delivered within \(limit): \(agent.output.suffix(2000))\(agent.errors)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Each request must have exactly one result at the broker.
    func expectOneResultEach(_ comment: Comment) async throws {
        let results = Dictionary(grouping: try await self.site.results()) { $0.result.requestUUID.lowercased() }
        let lost = self.requests.subtracting(results.keys)
        let twice = results.filter { $0.value.count > 1 }.keys
        #expect(lost.isEmpty, comment)
        #expect(twice.isEmpty, comment)
    }
}
