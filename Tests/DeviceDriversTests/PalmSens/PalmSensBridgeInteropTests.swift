import DeviceDrivers
import DeviceKit
import Foundation
import Glibc
import Links
import Protocols
import Testing

/// The bridge program itself: its types against the vendor's library, its conversation with the driver by a stand-in for
/// the library.
@Suite(.serialized, .timeLimit(.minutes(3))) struct PalmSensBridgeInteropTests {
    private static let sweep = BridgedPotentiostatTests.sweep

    @Test(.enabled(if: PeerProgram.isInstalled))
    func `the program fits the types of the vendor's library`() async throws {
        let outcome = try await PeerProgram.run(
            PeerProgram.types.appending(path: "pyright"),
            [
                "--pythonpath", PeerProgram.types.appending(path: "python").path, "--project",
                PeerProgram.scripts.appending(path: "pyrightconfig.json").path,
            ])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("0 errors"), "\(outcome.output)")
    }

    @Test func `the program measures what the library tells, in our sign`() async throws {
        let bridge = try BridgeProgram()
        let potentiostat = try bridge.potentiostat()
        let identity = try await potentiostat.identify()
        #expect(identity.model == "PalmSens4" && identity.serialNumber == "PS4A20B000123")
        let record = try await potentiostat.measureImpedance(Self.sweep, tag: "a") { _ in }
        #expect(record.points.count == Self.sweep.pointCount)
        let last = try #require(record.points.last)
        #expect(abs(last.frequency.in(.hertz) - 100) < 0.001 && last.real == Resistance(300, .ohm))
        #expect(abs(last.imaginary.in(.ohm) + 1 / (2 * Double.pi * 100 * 1e-5)) < 0.01, "negative for a capacitor")
        bridge.kill()
    }

    @Test(arguments: [0, 1, 5, 9])
    func `a program that dies in the middle of a spectrum is followed by one that switches the cell off`(
        points: Int
    ) async throws {
        var bridge = try BridgeProgram(["STAND_IN_DIES": "\(points)"])
        let potentiostat = try bridge.potentiostat()
        let error = await #expect(throws: DeviceError.self) {
            try await potentiostat.measureImpedance(Self.sweep, tag: "a") { _ in }
        }
        #expect(error?.code == .unknownOutcome, "\(String(describing: error))")
        #expect(error?.advice.contains("by hand") == true)
        bridge = try BridgeProgram(port: bridge.port)
        try await potentiostat.stop()
        #expect(try await potentiostat.measureImpedance(Self.sweep, tag: "b") { _ in }.points.count == 10)
        bridge.kill()
    }

    @Test func `a stop ends a spectrum, and the next one is measured`() async throws {
        let bridge = try BridgeProgram(["STAND_IN_POINT": "0.2"])
        let potentiostat = try bridge.potentiostat()
        let points = Points()
        let measuring = Task { try await potentiostat.measureImpedance(Self.sweep, tag: "a") { points.add($0) } }
        while points.all.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        try await potentiostat.stop()
        let error = await #expect(throws: DeviceError.self) { try await measuring.value }
        #expect(error?.code == .cancelled, "\(String(describing: error))")
        #expect(points.all.count < 10)
        #expect(try await potentiostat.identify().model == "PalmSens4")
        bridge.kill()
    }

    @Test func `without an instrument the program says so`() async throws {
        let bridge = try BridgeProgram(["STAND_IN_ABSENT": "1"])
        let potentiostat = try bridge.potentiostat()
        let error = await #expect(throws: DeviceError.self) { try await potentiostat.identify() }
        #expect(error?.code == .absent && error?.detail == "no instrument was found", "\(String(describing: error))")
        bridge.kill()
    }
}

/// The bridge with a stand-in for the vendor's library.
private struct BridgeProgram {
    let process = Process()
    let port: Int

    /// - Parameter port: 0 takes a free one.
    init(_ environment: [String: String] = [:], port: Int = 0) throws {
        let program = PeerProgram.repository.appending(path: "packaging/palmsens-bridge/edge_agent_palmsens_bridge.py")
        self.process.executableURL = URL(filePath: "/usr/bin/python3")
        self.process.arguments = [program.path, "--tcp", "\(port)"]
        self.process.environment = environment.merging([
            "PYTHONPATH": PeerProgram.scripts.appending(path: "stand-in").path, "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        let output = Pipe()
        self.process.standardOutput = output
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let address = try JSONValue(parsing: line)["listening"]?.string ?? ""
        self.port = Int(address.split(separator: ":").last ?? "") ?? 0
        try #require(self.port > 0, "the bridge does not say where it listens: \(line)")
    }

    func potentiostat() throws -> BridgedPotentiostat {
        let link = ByteLink(
            device: "potentiostat", over: LinkEndpoint.tcp(host: "127.0.0.1", port: UInt16(self.port)).transport(),
            timeouts: LinkTimeouts(firstByte: .seconds(10), total: .seconds(20)))
        return BridgedPotentiostat(
            name: "potentiostat", link: link, options: BridgeOptions(equilibration: .zero, margin: .seconds(10)))
    }

    func kill() { Glibc.kill(self.process.processIdentifier, SIGKILL) }
}
