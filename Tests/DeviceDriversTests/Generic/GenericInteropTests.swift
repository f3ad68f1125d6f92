import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Foundation
import Links
import Simulators
import Testing

/// Profiles and their simulators before independent programs.
@Suite(.serialized, .enabled(if: GenericPeers.isInstalled), .timeLimit(.minutes(3))) struct GenericInteropTests {
    @Test func `the JULABO profile drives the circulator of lewis`() async throws {
        let options = { (port: UInt16) in
            ["julabo", "-p", "julabo-version-1: {bind_address: 127.0.0.1, port: \(port)}"]
        }
        try await GenericPeers.withServer(GenericPeers.lewis, options) { endpoint in
            let bath = ProfiledThermostat(try Self.device("julabo/circulator", at: endpoint))
            #expect(try await bath.identify().firmware == "FP50_MH Simulator, ISIS")
            #expect(try await bath.setpoint() == Temperature(celsius: 24))
            try await bath.set(Temperature(celsius: 31.5))
            #expect(try await bath.setpoint() == Temperature(celsius: 31.5))
            #expect(try await !bath.isRunning())
            try await bath.set(running: true)
            #expect(try await bath.isRunning())
            let temperature = try await bath.temperature()
            #expect(temperature.value.celsius >= 24 && abs(temperature.uncertainty.si - 0.1) < 1e-9)
            try await bath.stop()
            #expect(try await !bath.isRunning())
        }
    }

    @Test func `a setpoint that the circulator does not take is found out`() async throws {
        let options = { (port: UInt16) in
            ["julabo", "-p", "julabo-version-1: {bind_address: 127.0.0.1, port: \(port)}"]
        }
        try await GenericPeers.withServer(GenericPeers.lewis, options) { endpoint in
            let wide: [String: StateValue] = ["hottest": .number(AnyQuantity(200, .degreeCelsius))]
            let bath = ProfiledThermostat(try Self.device("julabo/circulator", parameters: wide, at: endpoint))
            // The peer silently keeps its setpoint beyond 100 °C.
            let error = await #expect(throws: DeviceError.self) { try await bath.set(Temperature(celsius: 150)) }
            #expect(error?.code == .mismatch, "\(String(describing: error))")
        }
    }

    @Test func `the Sartorius profile weighs with an independent balance`() async throws {
        let script = GenericPeers.scripts.appending(path: "sartorius_server.py").path
        try await GenericPeers.withServer(GenericPeers.python, { [script, "\($0)"] }) { endpoint in
            let balance = ProfiledBalance(try Self.device("sartorius/sbi-balance", at: endpoint))
            #expect(try await balance.identify().model == "QUINTIX224-1S")
            let before = try await balance.mass()
            #expect(abs(before.value.value.in(.gram) - 52.1873) < 0.001)
            try await balance.tare()
            let deadline = ContinuousClock.now + .seconds(20)
            var after = try await balance.mass()
            while !after.isStable, ContinuousClock.now < deadline { after = try await balance.mass() }
            #expect(after.isStable && abs(after.value.value.in(.gram)) < 0.001)
        }
    }

    @Test func `an independent client uses the simulated Huber bath`() async throws {
        let model = ProfiledModel(
            try ShippedProfile.load("huber/pilot"),
            parameters: [
                "coldest": .number(AnyQuantity(-40, .degreeCelsius))
            ])
        let bath = try #require(SimulatedTextLine([model]))
        guard case .tcp(_, let port) = try await bath.listen() else { return }
        let script = GenericPeers.scripts.appending(path: "huber_client.py").path
        let outcome = try await PeerProgram.run(GenericPeers.python, [script, "\(port)"])
        await bath.shutDown()
        try #require(outcome.status == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(BathReport.self, from: Data(outcome.output.utf8))
        #expect(report.before == 20 && report.setpoint == -12.34 && report.process == 21)
        #expect(report.on && report.off && (20...21).contains(report.temperature))
        #expect(report.pump == 2500)
    }

    private struct BathReport: Decodable {
        var before, setpoint, temperature, process, pump: Double
        var on, off: Bool
    }

    private static func device(
        _ name: String, parameters given: [String: StateValue] = [:], at endpoint: LinkEndpoint
    ) throws -> GenericDevice {
        try TextDevice.make(try ShippedProfile.load(name), parameters: given, at: endpoint)
    }
}
