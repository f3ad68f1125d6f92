import Foundation
import Protocols
import Site
import Store
import Testing
import Uplink

/// R09 and R10: no way to the broker, or one that must not be taken.
@Suite(.serialized) struct NetworkFaultTests {
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")),
        arguments: SelfSignedServer.Flaw.allCases)
    func `a broker that cannot show who it is gets nothing, not even a password`(flaw: SelfSignedServer.Flaw)
        async throws
    {
        try await UplinkBench.run { bench in
            let server = try await SelfSignedServer(in: bench.directory, flaw: flaw)
            let client = FinalesClient(
                address: try #require(BrokerAddress(parsing: "https://127.0.0.1:\(server.port)")),
                credentials: bench.client.credentials, limits: .init(connect: .seconds(10), total: .seconds(15)),
                logger: UplinkBench.quiet)
            let error = await #expect(throws: BrokerError.self) { try await client.login() }
            #expect(error?.code == .insecure, "\(String(describing: error))")
            #expect(error?.isRetryable == true)
            #expect(error?.mayHaveHappened == false)
            #expect(error?.advice.contains("certificate") == true)
            await client.close()
            server.end()
        }
    }

    enum Absence: String, CaseIterable, Sendable {
        case noSuchName, refused, resets
    }

    @Test(arguments: Absence.allCases)
    func `a broker that is not there is tried again, not hammered`(absence: Absence) async throws {
        try await UplinkBench.run { bench in
            let journal = try bench.journal()
            try await bench.enqueue(journal)
            let resetting = try ResettingServer()
            let url =
                switch absence {
                case .noSuchName: "http://no-such-broker.invalid:13371"
                case .refused: "http://127.0.0.1:\(try await UnusedPort.find())"
                case .resets: "http://127.0.0.1:\(resetting.port)"
                }
            let client = FinalesClient(
                address: try #require(BrokerAddress(parsing: url)), credentials: bench.client.credentials,
                limits: .init(connect: .seconds(1), total: .seconds(2)), logger: UplinkBench.quiet)
            let delivery = Delivery(
                journal: journal, client: client,
                policy: DeliveryPolicy(settle: UplinkBench.settle, firstWait: .milliseconds(100), probe: .seconds(5)),
                logger: UplinkBench.quiet)
            let work = Task { try await delivery.run() }
            try await Task.sleep(for: .milliseconds(1500))
            work.cancel()
            _ = await work.result
            let status = await delivery.status
            // 100, 200, 400, 800 ms, each cut to no less than half.
            #expect((1...8).contains(status.troubles), "\(status)")
            if absence != .resets { #expect(status.isReachable == false) }
            if absence == .resets { #expect(resetting.count <= 16, "a login is tried twice") }
            #expect(try await journal.outboxCounts().open == 1)
            await client.close()
        }
    }

    @Test func `a broker with an IPv6 address alone is reached`() async throws {
        try await UplinkBench.run { bench in
            let proxy = try await FaultyProxy(host: "::1")
            proxy.aim(at: bench.proxy.port)
            let serving = Task { try? await proxy.run() }
            let client = FinalesClient(
                address: try #require(BrokerAddress(parsing: "http://[::1]:\(proxy.port)")),
                credentials: bench.client.credentials, logger: UplinkBench.quiet)
            #expect(try await client.tenants().map(\.name) == ["bench"])
            await client.close()
            serving.cancel()
            _ = await serving.value
        }
    }
}
