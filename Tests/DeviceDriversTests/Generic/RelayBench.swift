import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Links
import Simulators
import Synchronization

/// A simulated relay board with a gas valve at channel 1, and the drivers of its channels.
struct RelayBench {
    let valve = Valve()
    let board: SimulatedArduinoRelayBoard
    let line: TextLine
    let profile: DeviceProfile

    /// - Parameters:
    ///   - through: puts something between the driver and the board.
    ///   - change: makes the profile another one than the shipped one.
    init(
        boot: Duration = .milliseconds(30), endsLines: Bool = false, firstByte: Duration = .milliseconds(100),
        tap: LinkTap? = nil, through: (LinkEndpoint) async throws -> LinkEndpoint = { $0 },
        change: (inout DeviceProfile) -> Void = { _ in }
    ) async throws {
        self.board = SimulatedArduinoRelayBoard(relays: [1: self.valve, 2: Valve()], boot: boot, endsLines: endsLines)
        var profile = try ShippedProfile.load("arduino/relay-board")
        profile.link.timing.firstByte = firstByte
        profile.link.timing.betweenBytes = .milliseconds(20)
        profile.link.timing.total = .seconds(5)
        change(&profile)
        let endpoint = try await through(try await self.board.openPseudoTerminal())
        self.line = try TextLine(device: "arduino", profile: profile, over: endpoint.transport(), tap: tap)
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

    static func error(_ body: () async throws -> Void) async -> DeviceError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }

    final class Valve: RelayModel {
        private let state = Mutex(false)
        var isOn: Bool { self.state.withLock { $0 } }
        func isEnergised() async -> Bool { self.isOn }
        func set(energised: Bool) async { self.state.withLock { $0 = energised } }
    }
}
