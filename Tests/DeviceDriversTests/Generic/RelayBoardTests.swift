import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Links
import Simulators
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct RelayBoardTests {
    @Test(arguments: [false, true])
    func `a relay is energised, read back and released`(_ endsLines: Bool) async throws {
        let bench = try await Bench(endsLines: endsLines)
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
        let bench = try await Bench(boot: .milliseconds(600))
        try await bench.relay.set(energised: true)
        #expect(bench.valve.isOn)
        await bench.close()
    }

    @Test func `a relay that sticks is a mismatch`() async throws {
        let bench = try await Bench()
        try await bench.relay.set(energised: true)
        await bench.fault { $0.isStuck = true }
        let error = await Self.error { try await bench.relay.set(energised: false) }
        #expect(error?.code == .mismatch && error?.device == "gas" && error?.command == "1_0")
        await bench.close()
    }

    @Test func `a switching without answer is believed when it reads back`() async throws {
        let bench = try await Bench()
        _ = try await bench.relay.isEnergised()
        await bench.fault { $0.isMute = true }
        try await bench.relay.set(energised: true)
        #expect(bench.valve.isOn)
        await bench.close()
    }

    @Test func `a silent board leaves an unknown outcome`() async throws {
        let bench = try await Bench()
        _ = try await bench.relay.isEnergised()
        await bench.fault { $0.isSilent = true }
        #expect(await Self.error { try await bench.relay.set(energised: true) }?.code == .unknownOutcome)
        #expect(await Self.error { _ = try await bench.relay.isEnergised() }?.code == .timedOut)
        await bench.close()
    }

    @Test func `a late answer does not answer the next question`() async throws {
        let bench = try await Bench()
        try await bench.relay.set(energised: true)
        await bench.fault { $0.lateBy = .milliseconds(130) }
        #expect(await Self.error { _ = try await bench.relay.isEnergised() }?.code == .timedOut)
        #expect(try await bench.other.isEnergised() == false)
        await bench.close()
    }

    @Test func `garbage is not taken for a state`() async throws {
        let bench = try await Bench()
        _ = try await bench.relay.isEnergised()
        await bench.fault { $0.garbage = [0x58] }
        #expect(await Self.error { _ = try await bench.relay.isEnergised() }?.code == .garbled)
        #expect(try await bench.relay.isEnergised() == false)
        await bench.close()
    }

    @Test func `a channel that the board does not have is a mistake of the configuration`() async throws {
        let bench = try await Bench()
        #expect(await Self.error { _ = try bench.relay(5, named: "none") }?.code == .misconfigured)
        await bench.close()
    }

    private static func error(_ body: () async throws -> Void) async -> DeviceError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }

    private final class Valve: RelayModel {
        private let state = Mutex(false)
        var isOn: Bool { self.state.withLock { $0 } }
        func isEnergised() async -> Bool { self.isOn }
        func set(energised: Bool) async { self.state.withLock { $0 = energised } }
    }

    private struct Bench {
        let valve = Valve()
        let board: SimulatedArduinoRelayBoard
        let line: TextLine
        let profile: DeviceProfile

        init(boot: Duration = .milliseconds(30), endsLines: Bool = false) async throws {
            self.board = SimulatedArduinoRelayBoard(
                relays: [1: self.valve, 2: Valve()],
                boot: boot,
                endsLines: endsLines
            )
            var profile = try ShippedProfile.load("arduino/relay-board")
            profile.link.timing.firstByte = .milliseconds(100)
            profile.link.timing.betweenBytes = .milliseconds(20)
            profile.link.timing.total = .seconds(5)
            let endpoint = try await self.board.openPseudoTerminal()
            self.line = try TextLine(device: "arduino", profile: profile, over: endpoint.transport())
            self.profile = profile
        }

        var relay: ProfiledRelay { get throws { try self.relay(1, named: "gas") } }
        var other: ProfiledRelay { get throws { try self.relay(2, named: "vacuum") } }

        func relay(_ channel: Double, named name: String) throws -> ProfiledRelay {
            let parameters: [String: StateValue] = ["channel": .number(AnyQuantity(channel, .one))]
            let wire = TextWire(name: name, profile: self.profile, parameters: parameters, line: self.line)
            return ProfiledRelay(
                try GenericDevice(name: name, profile: self.profile, parameters: parameters, wire: wire))
        }

        func fault(_ change: (inout SimulatedArduinoRelayBoard.Faults) -> Void) async {
            var faults = await self.board.faults
            change(&faults)
            await self.board.set(faults: faults)
        }

        func close() async { await self.board.shutDown() }
    }
}
