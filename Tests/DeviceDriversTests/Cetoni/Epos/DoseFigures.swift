import DeviceDrivers
import DeviceKit
import Foundation
import Links
import Testing

/// Figures for `make bench`: what the wire adds to a dose, and what a stop takes to the last of six drives.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: ProcessInfo.processInfo.environment["DOSE_FIGURES"] != nil))
struct DoseFigures {
    /// What a pseudo-terminal lacks of a serial line: 115,200 baud, and 1 ms until an adapter passes on what came.
    private static let line: [LinkFault] = [.upstream, .downstream].flatMap { stream in
        [LinkFault(.bandwidth(bytesPerSecond: 11_520), stream), LinkFault(.latency(.milliseconds(1)), stream)]
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a dose of ten seconds, from the command to the level read back`(_ wire: EposBench.Wire) async throws {
        let (bench, proxy) = try await EposBench.behindProxy(wire, speed: 1, patience: EposBench.Patience())
        for (name, faults) in [("a pseudo-terminal", []), ("115,200 baud", Self.line)] {
            try await proxy.set(faults)
            let goal = try await bench.pump.status().fillLevel - Volume(1, .millilitre)
            let begin = ContinuousClock.now
            let level = try await bench.pump.move(toFillLevel: goal, at: FlowRate(0.1, .millilitrePerSecond))
            let took = (ContinuousClock.now - begin).seconds
            #expect((level - goal).magnitude < Volume(1, .microlitre))
            print(
                "dose of 10 s over \(wire), \(name): \((took * 1000).rounded() / 1000) s, "
                    + "\(((took - 10) * 10 * 100).rounded() / 100) % more than the motion")
        }
        await proxy.shutDown()
        await bench.takeDown()
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a stop of six moving pumps, to the halt of the last on the wire`(_ wire: EposBench.Wire) async throws {
        let (bench, proxy) = try await EposBench.behindProxy(wire, count: 6, speed: 1, patience: EposBench.Patience())
        for (name, faults) in [("a pseudo-terminal", []), ("115,200 baud", Self.line)] {
            try await proxy.set(faults)
            var latest: [Double] = []
            for round in 0..<20 {
                let moving = bench.pumps.map { pump in
                    Task {
                        try? await pump.move(
                            toFillLevel: Volume(round.isMultiple(of: 2) ? 0.5 : 9.5, .millilitre),
                            at: FlowRate(0.1, .millilitrePerSecond))
                    }
                }
                for index in 0..<6 { try await bench.waitForMotion(of: index) }
                bench.sent.forget()
                let begin = ContinuousClock.now
                await withTaskGroup(of: Void.self) { group in
                    for pump in bench.pumps { group.addTask { try? await pump.stop() } }
                }
                let halts = bench.sent.all.filter { EposLineTests.isHalt($0.bytes, wire) }.prefix(6)
                latest.append(((halts.last?.at ?? .now) - begin).seconds * 1000)
                for task in moving { _ = await task.value }
            }
            latest.sort()
            let (median, slowest) = ((latest[10] * 10).rounded() / 10, (latest[19] * 10).rounded() / 10)
            print("stop of six pumps over \(wire), \(name): median \(median) ms, slowest of 20 \(slowest) ms")
        }
        await proxy.shutDown()
        await bench.takeDown()
    }
}
