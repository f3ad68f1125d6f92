import DeviceDrivers
import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Testing

/// Session files from a person at the vendor's program.
@Suite(.timeLimit(.minutes(2))) struct SessionFolderTests {
    private static let sweep = ImpedanceSweep(
        highest: Frequency(100, .kilohertz), lowest: Frequency(100, .hertz), pointCount: 13,
        amplitude: Voltage(10, .millivolt), currentRange: Current(1, .microampere)...Current(10, .milliampere))
    private static let tag = "0190c2a7-3b1e-7000-8a11-00000000abcd-0"

    private let cell = ConstantPhaseCell()
    private let clock = LabClock(speed: 2000)

    private func bench(
        _ faults: SimulatedSessionFolder.Faults = .init(), longest: Duration = .seconds(3600)
    ) async throws -> (SessionFolderPotentiostat, SimulatedSessionFolder, String) {
        let person = SimulatedSessionFolder(cell: self.cell, clock: self.clock, noise: 0)
        await person.set(faults: faults)
        guard case .folder(let path) = try await person.openFolder() else { throw CancellationError() }
        let timing = FolderLink.Timing(
            poll: .milliseconds(20), stable: .milliseconds(120), abandoned: .milliseconds(500))
        let link = FolderLink(device: "potentiostat", path: path, timing: timing)
        return (
            SessionFolderPotentiostat(
                name: "potentiostat", link: link, longest: longest, margin: .seconds(1), clock: self.clock), person,
            path
        )
    }

    @Test(arguments: [false, true])
    func `what the person saves is the spectrum of the cell`(hasCapitals: Bool) async throws {
        var faults = SimulatedSessionFolder.Faults()
        faults.hasCapitals = hasCapitals
        let (driver, person, path) = try await self.bench(faults)
        #expect(try await driver.identify().model == "session files")
        let record = try await driver.measureImpedance(Self.sweep, tag: Self.tag) { _ in }
        #expect(record.points.count == 13)
        for point in record.points {
            let (real, imaginary) = await self.cell.impedance(at: point.frequency)
            #expect(abs(point.real / real - 1) < 1e-12 && abs(point.imaginary / imaginary - 1) < 1e-12)
        }
        #expect(self.cell.measurements == ["Z00000000abcd-0"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/in").isEmpty, "the order is taken back")
        #expect(try Data(contentsOf: URL(filePath: "\(path)/out/Z00000000abcd-0.pssession")) == Data(record.raw))
        _ = try await driver.measureImpedance(Self.sweep, tag: Self.tag) { _ in }
        #expect(self.cell.measurements.last == "Z00000000abcd-0b", "a second time it is another file")
        await person.shutDown()
    }

    struct Bad: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let code: DeviceError.Code
        let says: String
        let faults: SimulatedSessionFolder.Faults

        init(
            _ name: String, _ code: DeviceError.Code, _ says: String,
            _ change: (inout SimulatedSessionFolder.Faults) -> Void
        ) {
            self.testDescription = name
            self.code = code
            self.says = says
            var faults = SimulatedSessionFolder.Faults()
            change(&faults)
            self.faults = faults
        }
    }

    @Test(arguments: [
        Bad("cut short", .garbled, "cut short") { $0.cutAt = 1001 },
        Bad("empty", .garbled, "cut short") { $0.cutAt = 0 },
        Bad("no session", .garbled, "no session file") { $0.garbage = Array("{\"a\": 1}".utf8) },
        Bad("two spectra", .mismatch, "2 impedance spectra") { $0.spectra = 2 },
        Bad("no spectrum", .mismatch, "0 impedance spectra") { $0.spectra = 0 },
        Bad("other points", .mismatch, "7 points, 13 were ordered") { $0.points = 7 },
        Bad("another name", .timedOut, "these came instead: mine.pssession") { $0.name = "mine.pssession" },
    ])
    func `what is no answer is said, and stays where it is`(_ bad: Bad) async throws {
        let (driver, person, path) = try await self.bench(bad.faults, longest: .seconds(2400))
        let error = await #expect(throws: DeviceError.self) {
            try await driver.measureImpedance(Self.sweep, tag: Self.tag) { _ in }
        }
        #expect(error?.code == bad.code && error?.detail.contains(bad.says) == true, "\(String(describing: error))")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/out").count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/in").isEmpty)
        await person.shutDown()
    }

    @Test func `a stop takes the order back`() async throws {
        let person = SimulatedSessionFolder(cell: self.cell, clock: LabClock())
        guard case .folder(let path) = try await person.openFolder() else { return }
        await person.shutDown()
        for side in ["in", "out"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(side)", withIntermediateDirectories: true)
        }
        let driver = SessionFolderPotentiostat(name: "p", link: FolderLink(device: "p", path: path))
        let task = Task { try await driver.measureImpedance(Self.sweep, tag: Self.tag) { _ in } }
        while try FileManager.default.contentsOfDirectory(atPath: "\(path)/in").filter({ !$0.hasPrefix(".") }).isEmpty {
            try await Task.sleep(for: .milliseconds(5))
        }
        task.cancel()
        let error = await #expect(throws: DeviceError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/in").isEmpty)
        try FileManager.default.removeItem(atPath: path)
    }

    @Test(.enabled(if: PeerProgram.isInstalled))
    func `an independent reader finds the same numbers in a session`() async throws {
        var faults = SimulatedSessionFolder.Faults()
        faults.hasCapitals = true
        let (driver, person, path) = try await self.bench(faults)
        let record = try await driver.measureImpedance(Self.sweep, tag: Self.tag) { _ in }
        let outcome = try await PeerProgram.run(
            PeerProgram.python,
            [
                PeerProgram.scripts.appending(path: "read_pssession.py").path,
                PeerProgram.folder.appending(path: "pyimpspec").path,
                "\(path)/out/Z00000000abcd-0.pssession",
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
        #expect(rows == record.points.map { [$0.frequency.in(.hertz), $0.real.in(.ohm), $0.imaginary.in(.ohm)] })
        await person.shutDown()
    }
}
