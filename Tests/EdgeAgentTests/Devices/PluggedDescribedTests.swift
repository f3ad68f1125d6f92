import DeviceKit
import Links
import Testing

@testable import EdgeAgent

/// Devices of which a profile says everything, on lines that are pulled in the middle of a reading.
@Suite(.timeLimit(.minutes(1))) struct PluggedDescribedTests {
    @Test(arguments: PluggedBench.Wire.allCases)
    func `a reading in which the plug is pulled ends, and the next instrument hears nothing of it`(
        _ wire: PluggedBench.Wire
    ) async throws {
        let bench = try await PluggedBench(wire)
        let line = bench.plugged.line
        #expect(await bench.failure()?.code == .absent)
        try await bench.admit()
        #expect(try await bench.temperature() > 20)

        await bench.fall(silent: true)
        let before = await bench.heard
        let reading = Task { await bench.failure() }
        let limit = ContinuousClock.now + .seconds(10)
        while await bench.heard == before {
            try #require(ContinuousClock.now < limit, "nothing was asked")
            try await Task.sleep(for: .milliseconds(1))
        }
        line.unplug(because: "it was unplugged")
        #expect(await reading.value != nil)
        await bench.fall(silent: false)

        line.plug(at: bench.other)
        let barred = await bench.failure()
        #expect(barred?.code == .unsafe, "\(barred.map { "\($0)" } ?? "it was read")")
        #expect(await bench.heardByOther == 0)
        line.unplug(because: "it was unplugged")
        #expect(await bench.failure()?.code == .absent)

        line.plug(at: bench.right)
        #expect(await bench.failure()?.code == .unsafe)
        try await bench.admit()
        #expect(try await bench.temperature() > 20)
        await bench.close()
    }
}
