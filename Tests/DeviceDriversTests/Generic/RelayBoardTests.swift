import DeviceDrivers
import DeviceKit
import Simulators
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct RelayBoardTests {
    @Test(arguments: [false, true])
    func `a relay is energised, read back and released`(_ endsLines: Bool) async throws {
        let bench = try await RelayBench(endsLines: endsLines)
        #expect(try await bench.relay.isEnergised() == false)
        try await bench.relay.set(energised: true)
        #expect(bench.valve.isOn)
        #expect(try await bench.relay.isEnergised())
        try await bench.relay.stop()
        #expect(!bench.valve.isOn)
        #expect(await bench.board.received.contains("1_1"))
        await bench.close()
    }

    @Test func `the reset after opening is waited for`() async throws {
        let bench = try await RelayBench(boot: .milliseconds(600))
        try await bench.relay.set(energised: true)
        #expect(bench.valve.isOn)
        await bench.close()
    }

    @Test func `a relay that sticks is a mismatch`() async throws {
        let bench = try await RelayBench()
        try await bench.relay.set(energised: true)
        await bench.fault { $0.isStuck = true }
        let error = await RelayBench.error { try await bench.relay.set(energised: false) }
        #expect(error?.code == .mismatch && error?.device == "gas" && error?.command == "1_0")
        await bench.close()
    }

    @Test func `a switching without answer is believed when it reads back`() async throws {
        let bench = try await RelayBench()
        _ = try await bench.relay.isEnergised()
        await bench.fault { $0.isMute = true }
        try await bench.relay.set(energised: true)
        #expect(bench.valve.isOn)
        await bench.close()
    }

    @Test func `a silent board leaves an unknown outcome`() async throws {
        let bench = try await RelayBench()
        _ = try await bench.relay.isEnergised()
        await bench.fault { $0.isSilent = true }
        #expect(await RelayBench.error { try await bench.relay.set(energised: true) }?.code == .unknownOutcome)
        #expect(await RelayBench.error { _ = try await bench.relay.isEnergised() }?.code == .timedOut)
        await bench.close()
    }

    @Test func `a late answer does not answer the next question`() async throws {
        let bench = try await RelayBench()
        try await bench.relay.set(energised: true)
        await bench.fault { $0.lateBy = .milliseconds(130) }
        #expect(await RelayBench.error { _ = try await bench.relay.isEnergised() }?.code == .timedOut)
        #expect(try await bench.other.isEnergised() == false)
        await bench.close()
    }

    @Test func `garbage is not taken for a state`() async throws {
        let bench = try await RelayBench()
        _ = try await bench.relay.isEnergised()
        await bench.fault { $0.garbage = [0x58] }
        #expect(await RelayBench.error { _ = try await bench.relay.isEnergised() }?.code == .garbled)
        #expect(try await bench.relay.isEnergised() == false)
        await bench.close()
    }

    @Test func `a channel that the board does not have is a mistake of the configuration`() async throws {
        let bench = try await RelayBench()
        #expect(await RelayBench.error { _ = try bench.relay(5, named: "none") }?.code == .misconfigured)
        await bench.close()
    }
}
