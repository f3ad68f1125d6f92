import DeviceDrivers
import DeviceKit
import Links
import Simulators
import Testing
import Trials

/// R19: a measurement over a noisy line. Flipped bits are left out: the protocol's lines have no checksum, so a flipped digit
/// cannot be seen, and USB and TCP, over which these instruments are used, have checksums of their own.
@Suite(.serialized, .timeLimit(.minutes(60))) struct MethodScriptNoiseTests {
    private static let noises: [[LinkFault]] = [
        [LinkFault(.drop(rate: 0.001))], [LinkFault(.double(rate: 0.001))],
        [LinkFault(.garbage(.inside, longest: 5, rate: 0.05))], [LinkFault(.garbage(.before, longest: 40, rate: 0.05))],
        [LinkFault(.garbage(.after, longest: 40, rate: 0.05))], [LinkFault(.slicer(averageSize: 5, sizeVariation: 4))],
        [LinkFault(.silence(afterBytes: 300))], [LinkFault(.drop(rate: 0.002), .upstream)],
        [LinkFault(.flood(bytes: 1_000_000))],
    ]

    @Test func `what noise has damaged is never part of a spectrum, and the cell is off after it`() async throws {
        let rounds = Trials.rounds("R19 MethodSCRIPT", 12, soak: 2000)
        var random = rounds.random
        let clock = LabClock(speed: 1000)
        let cell = ConstantPhaseCell()
        let instrument = SimulatedPotentiostat(cell: cell, clock: clock, noise: 0)
        let proxy = FaultProxy(to: try await instrument.openPseudoTerminal().transport(), seed: rounds.seed)
        let options = MethodScriptOptions(
            timeouts: LinkTimeouts(firstByte: .milliseconds(150), betweenBytes: .milliseconds(50), total: .seconds(5)),
            acceptance: .milliseconds(400), margin: .milliseconds(400), abort: .seconds(2))
        let potentiostat = MethodScriptPotentiostat(
            name: "potentiostat", endpoint: try await proxy.listen(), options: options, clock: clock)
        let sweep = MethodScriptPotentiostatTests.sweep
        let truth = try await potentiostat.measureImpedance(sweep, tag: "truth") { _ in }.points
        var (right, refused, wrong) = (0, 0, 0)
        for number in 0..<rounds.count {
            let noise = Self.noises.randomElement(using: &random) ?? []
            try await proxy.set(noise)
            do throws(DeviceError) {
                let points = try await potentiostat.measureImpedance(sweep, tag: "\(number)") { _ in }.points
                if points == truth { right += 1 } else { wrong += 1 }
                #expect(points == truth, "\(rounds), spectrum \(number), \(noise)")
            } catch {
                refused += 1
            }
            try await proxy.set([])
            try await Self.stop(potentiostat)
            #expect(!cell.isOn, "\(rounds), spectrum \(number), \(noise)")
        }
        print("R19 MethodSCRIPT: \(right) right, \(refused) refused, \(wrong) wrong")
        #expect(refused > 0, "\(rounds): \(right), \(refused)")
        #expect(try await potentiostat.measureImpedance(sweep, tag: "after") { _ in }.points == truth)
        await proxy.shutDown()
        await instrument.shutDown()
    }

    /// Once the line is well again, a stop brings the instrument to rest; the first may meet half a line of before.
    private static func stop(_ potentiostat: MethodScriptPotentiostat) async throws {
        do throws(DeviceError) {
            try await potentiostat.stop()
        } catch {
            try await potentiostat.stop()
        }
    }
}
