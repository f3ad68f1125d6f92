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
            if: PythonPeer.isReady,
            "Tests/Interop/sila/prepare.sh could not make its Python environment: is the package index in reach?"))
    func `python sila2 uses the simulated pump, valve and gateway`() async throws {
        let clock = LabClock(speed: 20)
        let pump = SimulatedSiLAServer(
            name: "neMESYS Low Pressure 1 Pump", pump: AnalyticPump(clock: clock, fillLevel: Volume(5, .millilitre)),
            clock: clock)
        let valve = SimulatedSiLAServer(name: "QmixV 1 Valve", valves: [AnalyticValve(clock: clock)], clock: clock)
        let gateway = SimulatedSiLAServer(
            name: "Valves", valves: (0..<3).map { _ in AnalyticValve(clock: clock) }, clock: clock)
        let ports = [try await pump.start(), try await valve.start(), try await gateway.start()]

        let (status, output) = try await PythonPeer.run("check_sila.py", ports.map(String.init))
        #expect(status == 0, "\(output)")
        #expect(output.contains("checks passed"), "\(output)")

        for server in [pump, valve, gateway] { await server.stop() }
    }
}

enum PythonPeer {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Interop/sila")
    private static let python = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".tools/sila-venv/bin/python")

    /// Whether the Python environment is there, after an attempt to make it.
    static let isReady: Bool = {
        let process = Process()
        process.executableURL = self.folder.appending(path: "prepare.sh")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    static func run(_ script: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = self.python
        process.arguments = [self.folder.appending(path: script).path] + arguments
        process.standardOutput = pipe
        process.standardError = pipe
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        // A few lines only: they fit into the pipe.
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return (status, String(decoding: output, as: UTF8.self))
    }
}
