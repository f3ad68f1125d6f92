import DeviceKit
import Links
import Testing
import Trials

/// R23: how long a stop takes to the far end of a line that can be interrupted while others are busy. The figures are
/// printed; none decides.
@Suite(.serialized, .timeLimit(.minutes(60))) struct StopOnWireTests {
    @Test func `every stop reaches the wire before the answer that is awaited`() async throws {
        let rounds = Trials.rounds("R23 link", 300, soak: 20_000)
        var random = rounds.random
        let others = try (0..<20).map { _ in try Echo(onTerminal: true) }
        let polling = others.map { device in Task { await Self.poll(device) } }
        let bench = try Counterpart(timeouts: LinkTimeouts(firstByte: .seconds(60), total: .seconds(60)))
        var latencies: [Duration] = []
        for _ in 0..<rounds.count {
            let motion = Task {
                try await bench.link.exchange("run") { exchange throws(DeviceError) in
                    try await exchange.write(Array("run\n".utf8))
                    let answer = try await exchange.readLine()
                    // The device answers once, to the motion or to its stop.
                    exchange.isSettled = true
                    return answer
                }
            }
            #expect(try await bench.received() == "run\n", "\(rounds)")
            try await Task.sleep(for: .microseconds(Int.random(in: 0...5000, using: &random)))
            let start = ContinuousClock.now
            try bench.link.interrupt(Array("Z\n".utf8), command: "Z")
            #expect(try await bench.received() == "Z\n", "\(rounds)")
            latencies.append(ContinuousClock.now - start)
            try await bench.say("stopped\n")
            #expect(try await motion.value == Array("stopped".utf8), "\(rounds)")
        }
        for task in polling { task.cancel() }
        for task in polling { await task.value }
        for device in others { device.shutDown() }
        bench.terminal.close()
        print("R23: stop to the far end of a line, 20 others polled at 100 Hz: \(latencies.quantiles)")
    }

    private static func poll(_ device: Echo) async {
        let link = ByteLink(device: "other", over: device.endpoint.transport())
        while !Task.isCancelled {
            _ = try? await link.exchange("poll", priority: .poll) { exchange throws(DeviceError) in
                try await exchange.write(Array("poll\n".utf8))
                return try await exchange.readLine()
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
