import Broker
import Site
import Store
import Synchronization
import Testing
import Trials
import Uplink

/// Random lives of an agent: results come, the broker goes and comes back, the agent dies without a word and another
/// one goes on from what was on the disk. A simple model says what must be at the broker in the end.
@Suite(.serialized) struct DeliveryCrashTests {
    private enum Action: CaseIterable {
        case enqueue, deliver, brokerDown, brokerUp, crash
    }

    @Test(arguments: [1, 2, 3, 42, 20_261_124] as [UInt64])
    func `lost 0, duplicates 0`(seed: UInt64) async throws {
        let dice = Mutex(SeededGenerator(seed: seed))
        try await UplinkBench.run(
            limits: .init(total: .milliseconds(700)),
            fault: { seen in
                guard seen.line.hasPrefix("POST /results/") || seen.line.hasPrefix("GET /results_requested/") else {
                    return .none
                }
                return switch dice.withLock({ Int.random(in: 0..<14, using: &$0) }) {
                case 0: .dropBefore
                case 1, 2: .dropAfter
                case 3: .hang
                case 4:
                    .answerAfter(.http("500 Internal Server Error", type: "text/plain", body: "Internal Server Error"))
                case 5: .answer(.http("503 Service Unavailable", type: "text/html", body: "<html></html>"))
                case 6: .answerAfter("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n\"5b52")
                default: .none
                }
            }
        ) { bench in
            // An unlucky result may meet three internal errors in a row; that is not what is asked here.
            let policy = DeliveryPolicy(
                settle: UplinkBench.settle, firstWait: .milliseconds(10), longestWait: .milliseconds(80),
                probe: .milliseconds(20), sameErrors: 1000)
            var life = 0
            var journal = try bench.journal("life-0")
            var work = Self.start(bench, journal, policy)
            var expected: Set<String> = []
            var history: [Action] = []
            for _ in 0..<30 {
                let action = dice.withLock { Action.allCases.randomElement(using: &$0) ?? .enqueue }
                history.append(action)
                switch action {
                case .enqueue:
                    bench.proxy.setUp(true)
                    for _ in 0..<dice.withLock({ Int.random(in: 1...3, using: &$0) }) {
                        expected.insert(try await bench.enqueue(journal).requestID)
                    }
                case .deliver: try await Task.sleep(for: .milliseconds(60))
                case .brokerDown: bench.proxy.setUp(false)
                case .brokerUp: bench.proxy.setUp(true)
                case .crash:
                    // From here on nothing more of this life reaches the broker or the disk that counts; what the broker
                    // has in hand, it finishes.
                    bench.proxy.setUp(false)
                    life += 1
                    let directory = try StateDirectory(path: bench.directory + "/life-\(life)")
                    try await journal.backUp(to: directory.journalPath)
                    work.cancel()
                    _ = await work.result
                    while bench.proxy.underWay > 0 { try await Task.sleep(for: .milliseconds(2)) }
                    journal = try Journal(in: directory)
                    bench.proxy.setUp(true)
                    work = Self.start(bench, journal, policy)
                }
            }
            work.cancel()
            _ = await work.result
            bench.proxy.setUp(true)
            let count = expected.count
            try await bench.deliver(journal, policy: policy, limit: .seconds(60)) { $0[.delivered] == count }
            let held = try await bench.broker.resultCounts()
            #expect(Set(held.keys) == expected, "lost; seed \(seed), \(history)")
            #expect(held.values.allSatisfy { $0 == 1 }, "twice; seed \(seed), \(history)")
        }
    }

    private static func start(
        _ bench: UplinkBench, _ journal: Journal, _ policy: DeliveryPolicy
    ) -> Task<Void, any Error> {
        let delivery = bench.delivery(journal, policy: policy)
        return Task { try await delivery.run() }
    }
}
