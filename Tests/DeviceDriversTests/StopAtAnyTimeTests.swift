import DeviceDrivers
import DeviceKit
import Links
import Simulators
import Synchronization
import Testing
import Trials

/// R23: a stop at a random time while something moves. What it does and in which order is expected; how long it takes to the
/// wire is printed.
@Suite(.serialized, .timeLimit(.minutes(60))) struct StopAtAnyTimeTests {
    /// Several pumps are stopped together, as by a halt.
    @Test func `pumps that move are all at rest after a stop, and their moves say so`() async throws {
        let rounds = Trials.rounds("R23 SiLA, 4 pumps", 12, soak: 500)
        var random = rounds.random
        var benches: [SiLABench] = []
        let sent = [TrafficLog(), TrafficLog(), TrafficLog(), TrafficLog()]
        for log in sent { benches.append(try await SiLABench(speed: 4, tap: log.proxyTap)) }
        var (onWire, atPlunger): ([Duration], [Duration]) = ([], [])
        for number in 0..<rounds.count {
            let goal = Volume(number.isMultiple(of: 2) ? 9.5 : 0.5, .millilitre)
            let moves = benches.map { bench in
                Task {
                    await bench.code { () throws(DeviceError) in
                        _ = try await bench.pump.move(toFillLevel: goal, at: FlowRate(0.1, .millilitrePerSecond))
                    }
                }
            }
            for bench in benches { try await bench.waitForMotion() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...150, using: &random)))
            let pressed = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for bench in benches { group.addTask { try await bench.pump.stop() } }
                try await group.waitForAll()
            }
            for ((bench, log), move) in zip(zip(benches, sent), moves) {
                #expect(await move.value == .cancelled, "\(rounds), round \(number)")
                let state = await bench.model.state()
                #expect(!state.isMoving, "\(rounds), round \(number)")
                let level = try await bench.pump.status().fillLevel
                #expect((level - state.fillLevel).magnitude < Volume(20, .microlitre), "\(rounds), round \(number)")
                let call = try #require(log.sent(since: pressed).first { $0.beginsCall }, "\(rounds), round \(number)")
                onWire.append(call.instant - pressed)
                let stop = try #require(await bench.model.stops.first { $0 >= pressed })
                atPlunger.append(stop - pressed)
            }
        }
        for bench in benches { await bench.takeDown() }
        print("R23: 4 SiLA pumps stopped at a time: to the wire \(onWire.quantiles)")
        print("R23: 4 SiLA pumps stopped at a time: to the plunger, the server's time included, \(atPlunger.quantiles)")
    }

    /// The relay board cannot be interrupted: an exchange in flight, two questions, is let end.
    @Test func `a relay is released after the exchange in flight at the latest`() async throws {
        let rounds = Trials.rounds("R23 relay", 60, soak: 5000)
        var random = rounds.random
        let sent = TrafficLog()
        let bench = try await RelayBench(boot: .zero, firstByte: .seconds(2), tap: sent.tap)
        let (relay, other) = (try bench.relay, try bench.other)
        let polling = Task { while !Task.isCancelled { _ = try? await other.isEnergised() } }
        var latencies: [Duration] = []
        for number in 0..<rounds.count {
            try await relay.set(energised: true)
            try await Task.sleep(for: .microseconds(Int.random(in: 0...3000, using: &random)))
            let pressed = ContinuousClock.now
            try await relay.stop()
            #expect(!bench.valve.isOn, "\(rounds), round \(number)")
            let after = sent.sent(since: pressed)
            let place = try #require(after.firstIndex { $0.bytes == Array("1_0\n".utf8) }, "\(rounds), round \(number)")
            // What had its turn when the stop was pressed, and no more.
            #expect(
                place <= 2,
                "\(rounds), round \(number): \(after.prefix(place).map { String(decoding: $0.bytes, as: UTF8.self) })")
            latencies.append(after[place].instant - pressed)
        }
        polling.cancel()
        await polling.value
        await bench.close()
        print("R23: stop to the wire of a relay board that is polled without a pause: \(latencies.quantiles)")
    }

    /// The abort goes out while the answer is awaited.
    @Test func `a measurement is aborted by the next bytes on the wire, and the cell is off`() async throws {
        let rounds = Trials.rounds("R23 potentiostat", 8, soak: 1000)
        var random = rounds.random
        let sent = TrafficLog()
        let bench = try await Bench(over: .tcp, speed: 20, tap: sent.tap)
        var latencies: [Duration] = []
        for number in 0..<rounds.count {
            let measurement = Task {
                await MethodScriptPotentiostatTests.error {
                    try await bench.potentiostat.measureImpedance(MethodScriptPotentiostatTests.sweep, tag: "x") { _ in
                    }
                }
            }
            try await bench.until { bench.cell.isOn }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &random)))
            let pressed = ContinuousClock.now
            try await bench.potentiostat.stop()
            #expect(!bench.cell.isOn, "\(rounds), round \(number)")
            let error = await measurement.value
            #expect(error?.code == .cancelled, "\(rounds), round \(number): \(error.map { "\($0)" } ?? "measured")")
            let first = try #require(sent.sent(since: pressed).first, "\(rounds), round \(number)")
            #expect(first.bytes == Array("Z\n".utf8), "\(rounds), round \(number)")
            latencies.append(first.instant - pressed)
        }
        await bench.close()
        print("R23: stop to the wire of a potentiostat that measures: \(latencies.quantiles)")
    }
}

extension LinkTraffic {
    /// Whether an HTTP/2 frame in it begins a call: type 1, HEADERS (RFC 9113, 4.1).
    fileprivate var beginsCall: Bool {
        var rest = self.bytes[...]
        while rest.count >= 9 {
            let header = Array(rest.prefix(9))
            if header[3] == 1 { return true }
            rest = rest.dropFirst(9 + Int(header[0]) << 16 + Int(header[1]) << 8 + Int(header[2]))
        }
        return false
    }
}

/// What passed over a link.
private final class TrafficLog: Sendable {
    private let traffic = Mutex<[LinkTraffic]>([])

    /// Takes what the agent has sent as sent.
    var proxyTap: ProxyTap {
        { one in if one.place == .fromAgent { self.note(LinkTraffic(.sent, one.bytes, at: one.instant)) } }
    }

    var tap: LinkTap { { one in self.note(one) } }

    private func note(_ one: LinkTraffic) { self.traffic.withLock { $0.append(one) } }

    func sent(since instant: ContinuousClock.Instant) -> [LinkTraffic] {
        self.traffic.withLock { traffic in traffic.filter { $0.direction == .sent && $0.instant >= instant } }
    }
}
