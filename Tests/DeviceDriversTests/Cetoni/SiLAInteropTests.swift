import DeviceKit
import Foundation
import Simulators
import Testing

/// The simulated servers against the generic client of the Python package sila2, which is written by others and builds
/// its calls from the servers' own feature definitions.
@Suite(.timeLimit(.minutes(3)))
struct SiLAInteropTests {
    @Test(
        .enabled(
            if: SiLAPeer.isReady, "the Python package sila2 could not be installed"))
    func `python sila2 uses the simulated pump, valve and gateway`() async throws {
        let clock = LabClock(speed: 20)
        let pump = SimulatedSiLAServer(
            name: "neMESYS Low Pressure 1 Pump", pump: AnalyticPump(clock: clock, fillLevel: Volume(5, .millilitre)),
            clock: clock)
        let valve = SimulatedSiLAServer(name: "QmixV 1 Valve", valves: [AnalyticValve(clock: clock)], clock: clock)
        let gateway = SimulatedSiLAServer(
            name: "Valves", valves: (0..<3).map { _ in AnalyticValve(clock: clock) }, clock: clock)
        let ports = [try await pump.start(), try await valve.start(), try await gateway.start()]

        let outcome = try await PeerProgram.run(
            SiLAPeer.python, [SiLAPeer.scripts.appending(path: "check_sila.py").path] + ports.map(String.init))
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("checks passed"))

        for server in [pump, valve, gateway] { await server.stop() }
    }
}

private enum SiLAPeer {
    static let scripts = PeerProgram.repository.appending(path: "Tests/Interop/sila")
    static let python = PeerProgram.repository.appending(path: ".tools/sila-peer/bin/python")

    /// Whether the Python environment is there, after an attempt to make it; says on the console why not.
    static let isReady: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [SiLAPeer.scripts.appending(path: "install-peer.sh").path, ".tools/sila-peer"]
        process.currentDirectoryURL = PeerProgram.repository
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            print("The test against python sila2 is left out: \(error)")
            return false
        }
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus != 0 { print("The test against python sila2 is left out: \(text)") }
        return process.terminationStatus == 0
    }()
}
