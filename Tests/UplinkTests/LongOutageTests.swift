import Protocols
import Site
import Store
import Testing
import Trials
import Uplink

/// R11: three days without a broker, while the lab works on.
@Suite(.serialized) struct LongOutageTests {
    @Test(arguments: Trials.seeds("R11", 1, soak: 5))
    func `after 72 hours all results arrive, those of a request in their order`(seed: UInt64) async throws {
        try await UplinkBench.run { bench in
            let time = VirtualTime()
            let journal = try Journal(
                in: StateDirectory(path: bench.directory + "/outage"), now: { time.moment })
            let port = try await UnusedPort.find()
            let client = FinalesClient(
                address: try #require(BrokerAddress(parsing: "http://127.0.0.1:\(port)")),
                credentials: bench.client.credentials, logger: UplinkBench.quiet)
            // A probe a minute; every half second would be half a million real connections.
            let delivery = Delivery(
                journal: journal, client: client, policy: DeliveryPolicy(probe: .seconds(60)), clock: time,
                logger: UplinkBench.quiet)
            let outage = Duration.seconds(72 * 3600)
            let (requests, each) = (60, 5)
            var ids: [String] = []
            for _ in 0..<requests { ids.append(try await bench.postRequest()) }

            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await delivery.run() }
                group.addTask { await time.run { time.now.offset < outage ? .microseconds(100) : .milliseconds(1) } }
                let pause = outage / (requests * each)
                for index in 0..<(requests * each) {
                    try await time.sleep(until: .init(offset: pause * index), tolerance: nil)
                    try await bench.enqueue(journal, request: ids[index % requests], value: .integer(Int64(index)))
                }
                while time.now.offset < outage { try await Task.sleep(for: .milliseconds(1)) }
                #expect(try await journal.outboxCounts().open == requests * each)
                #expect(await delivery.status.isReachable == false)

                let proxy = try await FaultyProxy(port: port)
                proxy.aim(at: bench.proxy.port)
                group.addTask { try? await proxy.run() }
                let back = ContinuousClock.now
                while try await journal.outboxCounts()[.delivered] < requests * each,
                    ContinuousClock.now - back < .seconds(60)
                {
                    try await Task.sleep(for: .milliseconds(5))
                }
                let seconds = (ContinuousClock.now - back) / .seconds(1)
                print(
                    "R11: \(requests * each) results after 72 h in \(seconds) s, \(Double(requests * each) / seconds)/s"
                )
                group.cancelAll()
                try await group.waitForAll()
            }
            await client.close()
            let held = try await bench.client.results(quantity: "conductivity")
            #expect(held.count == requests * each)
            for (place, id) in ids.enumerated() {
                let values = held.filter { $0.result.requestUUID == id }.compactMap { $0.result.data["value"]?.integer }
                #expect(values == (0..<each).map { Int64($0 * requests + place) }, "seed \(seed)")
            }
        }
    }
}
