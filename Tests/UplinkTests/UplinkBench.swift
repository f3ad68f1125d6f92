import Broker
import Foundation
import Logging
import Protocols
import Site
import Store
import Testing
import Uplink

/// A broker, a proxy that can misbehave before it, and a client of the proxy.
struct UplinkBench: Sendable {
    let broker: DevelopmentBroker
    let proxy: FaultyProxy
    let client: FinalesClient
    /// Whoever asks the lab for something: patient, whatever the limits of the client are.
    let asker: FinalesClient
    let directory: String

    static let tenant = "11111111-2222-4333-8444-555555555555"
    static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()
    static let settle = Duration.milliseconds(150)

    /// Runs `body` with everything up, and takes it down afterwards.
    static func run(
        limits: FinalesClient.Limits = .init(total: .seconds(2)), password: String = "secret",
        fault: @escaping @Sendable (FaultyProxy.Seen) -> FaultyProxy.Fault = { _ in .none },
        _ body: @escaping @Sendable (UplinkBench) async throws -> Void
    ) async throws {
        let logger = Self.quiet
        let broker = try DevelopmentBroker(
            BrokerConfiguration(port: 0, seed: self.seed, bodyLimit: 2_000_000), logger: logger)
        let proxy = try await FaultyProxy(fault: fault)
        let directory = Self.parent + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try (password + "\n").write(toFile: directory + "/password", atomically: true, encoding: .utf8)
        let address = try #require(BrokerAddress(parsing: proxy.url))
        let credentials = BrokerCredentials(user: "lab", passwordFile: directory + "/password")
        let client = FinalesClient(address: address, credentials: credentials, limits: limits, logger: logger)
        let asker = FinalesClient(address: address, credentials: credentials, logger: logger)
        let bench = UplinkBench(broker: broker, proxy: proxy, client: client, asker: asker, directory: directory)
        let result = await withTaskGroup(of: Void.self) { group in
            let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try? await broker.run { url in
                    proxy.aim(at: Int(url.split(separator: ":").last ?? "") ?? 0)
                    isReady.finish()
                }
            }
            for await _ in ready {}
            // The proxy ends before the broker: a connection that comes while the server is closing brings it down.
            let result = await Self.run(proxy) { try await body(bench) }
            group.cancelAll()
            return result
        }
        await client.close()
        await asker.close()
        try result.get()
    }

    private static func run(
        _ proxy: FaultyProxy, _ body: @escaping @Sendable () async throws -> Void
    ) async -> Result<Void, any Error> {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await proxy.run() }
            let result = await Task { try await body() }.result
            group.cancelAll()
            return result
        }
    }

    func journal(_ name: String = "state") throws -> Journal {
        try Journal(in: StateDirectory(path: self.directory + "/" + name))
    }

    func delivery(_ journal: Journal, policy: DeliveryPolicy? = nil) -> Delivery {
        Delivery(
            journal: journal, client: self.client,
            policy: policy
                ?? DeliveryPolicy(
                    settle: Self.settle, firstWait: .milliseconds(20), longestWait: .milliseconds(200),
                    probe: .milliseconds(50)), logger: Self.quiet)
    }

    /// Delivers until `condition` holds, at most as long as `limit`.
    func deliver(
        _ journal: Journal, policy: DeliveryPolicy? = nil, limit: Duration = .seconds(20),
        until condition: @escaping @Sendable (OutboxCounts) -> Bool
    ) async throws {
        let delivery = self.delivery(journal, policy: policy)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await delivery.run() }
            let deadline = ContinuousClock.now + limit
            while try await !condition(journal.outboxCounts()) {
                guard ContinuousClock.now < deadline else {
                    let items = try await journal.outboxPage(limit: 5)
                    Issue.record("no end after \(limit): \(items.map { "\($0.state) \($0.reason)" })")
                    break
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Asks the broker directly, past all faults of the proxy's plan for results.
    func postRequest(by asker: FinalesClient? = nil) async throws -> String {
        let asker = asker ?? self.client
        let request = FinalesRequest(
            quantity: "conductivity", methods: ["two_electrode"],
            parameters: ["two_electrode": ["temperature": 298.15]], tenantUUID: Self.tenant)
        // A kept connection may have been closed by the proxy. A request more, without a result, changes nothing here.
        if let id = try? await asker.postRequest(request) { return id }
        return try await asker.postRequest(request)
    }

    static func result(_ request: String, value: JSONValue) -> FinalesResult {
        FinalesResult(
            data: ["value": value], quantity: "conductivity", method: "two_electrode",
            parameters: ["two_electrode": ["temperature": 298.15]], tenantUUID: Self.tenant, requestUUID: request)
    }

    /// Asks for something at the broker and puts a result for it into the outbox.
    @discardableResult
    func enqueue(_ journal: Journal, request: String? = nil, value: JSONValue = 1.25) async throws -> NewResult {
        var id = request
        if id == nil { id = try await self.postRequest(by: self.asker) }
        let result = try NewResult(
            id: journal.ids.make(), Self.result(id ?? "", value: value),
            capability: try await journal.capability(quantity: "conductivity", method: "two_electrode"))
        try await journal.enqueue(result)
        return result
    }

    static let seed = BrokerSeed(
        users: [.init(username: "lab", password: "secret", cost: 4)],
        capabilities: [
            CapabilityInfo(
                quantity: "conductivity", method: "two_electrode",
                inputSchema: [
                    "type": "object", "properties": ["temperature": ["type": "number"]], "required": ["temperature"],
                ],
                outputSchema: ["type": "object", "properties": ["value": ["type": "number"]], "required": ["value"]])
        ],
        tenants: [
            TenantInfo(
                tenantUUID: UplinkBench.tenant, name: "bench",
                limitations: [
                    LimitationsInfo(quantity: "conductivity", method: "two_electrode", limitations: [[:]])
                ], contactPerson: "[]", isActive: true)
        ])

    private static let parent: String = {
        atexit { try? FileManager.default.removeItem(atPath: UplinkBench.parent) }
        return NSTemporaryDirectory() + "edge-agent-uplink-\(ProcessInfo.processInfo.processIdentifier)"
    }()
}
