import DeviceDrivers
import DeviceKit
import Foundation
import Testing

/// Figures for `make bench`: what the wire adds to a dose, and what a stop takes to the last of six drives.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: ProcessInfo.processInfo.environment["DOSE_FIGURES"] != nil))
struct DoseFigures {
    @Test(arguments: EposBench.Wire.allCases)
    func `a dose of ten seconds, from the command to the level read back`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire, speed: 1) { bench in
            _ = try await bench.pump.status()
            let begin = ContinuousClock.now
            let level = try await bench.pump.move(
                toFillLevel: Volume(4, .millilitre), at: FlowRate(0.1, .millilitrePerSecond))
            let took = (ContinuousClock.now - begin).seconds
            #expect(abs(level.in(.millilitre) - 4) < 0.001)
            print(
                "dose of 10 s over \(wire): \(took) s, \(((took - 10) * 10 * 100).rounded() / 100) % more than the motion"
            )
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a stop of six moving pumps, to the halt of the last on the wire`(_ wire: EposBench.Wire) async throws {
        var latest: [Double] = []
        for _ in 0..<20 {
            try await EposBench.with(wire, count: 6, speed: 1) { bench in
                let moving = bench.pumps.map { pump in
                    Task {
                        try? await pump.move(toFillLevel: .zero, at: FlowRate(0.1, .millilitrePerSecond))
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
        }
        latest.sort()
        print(
            "stop of six pumps over \(wire): median \(latest[10]) ms, slowest of 20 \(latest[19]) ms to the last halt")
    }
}
