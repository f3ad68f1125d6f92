import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Testing

/// Our scripts and our simulated potentiostat before independent judges.
@Suite(.serialized, .enabled(if: PeerProgram.isInstalled), .timeLimit(.minutes(5))) struct MethodScriptInteropTests {
    @Test func `the vendor's grammar takes every script we send`() async throws {
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var paths: [String] = []
        for script in try Self.scripts() {
            let path = folder.appending(path: "\(paths.count).mscr")
            try Data((script.lines.joined(separator: "\n") + "\n").utf8).write(to: path)
            paths.append(path.path)
        }
        #expect(paths.count > 50)
        let outcome = try await Self.check(paths)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").filter { $0.hasPrefix("ok ") }.count == paths.count)
    }

    @Test func `the vendor's grammar is able to refuse`() async throws {
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "wrong.mscr")
        try Data("set_e 1.5\n".utf8).write(to: path)
        #expect(try await Self.check([path.path]).status == 1)
    }

    @Test func `an independent program recognises the simulated instrument`() async throws {
        let instrument = SimulatedPotentiostat(cell: ConstantPhaseCell(), clock: LabClock(speed: 200))
        let endpoint = try await instrument.openPseudoTerminal()
        let program = PeerProgram.folder.appending(path: "venv/bin/labmcp-palmsens")
        let outcome = try await PeerProgram.run(program, ["--address", Self.address(endpoint), "--check"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let text = outcome.output + outcome.errors
        #expect(text.contains("EmStat4 LR") && text.contains("ES4LR20B0008"), "\(text)")
        await instrument.shutDown()
    }

    @Test func `an independent program measures with the simulated instrument what its cell is`() async throws {
        let cell = ConstantPhaseCell()
        let instrument = SimulatedPotentiostat(cell: cell, clock: LabClock(speed: 200))
        let endpoint = try await instrument.openPseudoTerminal()
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = try ImpedanceScript(MethodScriptPotentiostatTests.sweep, tag: "peer 1", on: .emStat4LR).script
        let path = folder.appending(path: "sweep.mscr")
        try Data((script.lines.joined(separator: "\n") + "\n").utf8).write(to: path)
        let program = PeerProgram.scripts.appending(path: "measure_with_peer.py")
        let outcome = try await PeerProgram.run(
            PeerProgram.python,
            [program.path, Self.address(endpoint), path.path]
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.identity["model"] == "EmStat4 LR" && report.identity["firmware"] == "1.5.00")
        #expect(report.texts == ["peer 1"] && report.error == nil && report.malformed.isEmpty)
        #expect(report.points.count == 21)
        for point in report.points {
            let frequency = try #require(point["dc"]?.value)
            let (real, imaginary) = await cell.impedance(at: Frequency(frequency, .hertz))
            let modulus = (real.si * real.si + imaginary.si * imaginary.si).squareRoot()
            #expect(abs(try #require(point["cc"]?.value) - real.si) < 0.005 * modulus)
            #expect(abs(try #require(point["cd"]?.value) - imaginary.si) < 0.005 * modulus)
            // 10 mV drive more than 10 µA through less than 1 kΩ: the range of 100 µA, else that of 10 µA.
            #expect(point["cc"]?.range == (modulus < 1000 ? 0x12 : 0x0F) && point["cd"]?.range == 0x02)
            #expect(point["cc"]?.status == ((1000...1053).contains(modulus) ? 8 : 0))
        }
        #expect(report.refusal.contains("0x4001") && report.refusal.contains("bogus x"), "\(report.refusal)")
        #expect(report.abort.was_running == false && report.abort.note == "cell switched off")
        #expect(report.failure?.contains("0x000F") == true && report.cellOffAfterFailure == true)
        let potentials = report.sweep.compactMap { $0["da"]?.value }
        #expect(potentials.count == 5)
        #expect(zip(potentials, [-0.1, -0.05, 0, 0.05, 0.1]).allSatisfy { abs($0 - $1) < 1e-8 })
        #expect(!cell.isOn)
        #expect(cell.measurements == ["peer 1"])
        await instrument.shutDown()
    }

    private struct Report: Decodable {
        struct Variable: Decodable {
            var value: Double?
            var status: Int
            var range: Int?
        }
        struct Abort: Decodable {
            var was_running: Bool
            var note: String
        }
        var identity: [String: String]
        var points: [[String: Variable]]
        var texts: [String]
        var error: String?
        var malformed: [String]
        var refusal: String
        var abort: Abort
        var failure: String?
        var cellOffAfterFailure: Bool?
        var sweep: [[String: Variable]]
    }

    /// The scripts for sweeps of all kinds on all instruments.
    private static func scripts() throws -> [MethodScript] {
        var scripts = [MethodScript.cellOff]
        for instrument in MethodScriptInstrument.all {
            let ranges = instrument.ranges.current
            let smallest = try #require(ranges.first).fullScale
            let largest = try #require(ranges.last).fullScale
            for (highest, lowest) in [(instrument.highestFrequency.si, 20), (123_456.789, 0.1), (1000, 1000)] {
                for (amplitude, bias) in [(0.01, 0.0), (0.0125, -0.123_456_7), (1.0 / 300, 1.5)] {
                    let sweep = ImpedanceSweep(
                        highest: Frequency(highest, .hertz),
                        lowest: Frequency(lowest, .hertz),
                        pointCount: lowest == highest ? 1 : 41,
                        amplitude: Voltage(amplitude, .volt),
                        bias: Voltage(bias, .volt),
                        currentRange: smallest...largest
                    )
                    let tag = "request 7#\"\\µ(x)"
                    scripts.append(try ImpedanceScript(sweep, tag: tag, on: instrument).script)
                    scripts.append(try ImpedanceScript(sweep, tag: "", on: instrument, equilibration: .zero).script)
                }
            }
        }
        return scripts
    }

    private static func check(_ paths: [String]) async throws -> PeerProgram.Outcome {
        let program = PeerProgram.scripts.appending(path: "check_grammar.py")
        let grammar = PeerProgram.folder.appending(path: "vendor")
        return try await PeerProgram.run(PeerProgram.python, [program.path, grammar.path] + paths)
    }

    private static func address(_ endpoint: LinkEndpoint) -> String {
        guard case .tty(let path) = endpoint else { return endpoint.description }
        return "serial://\(path)"
    }

    private static func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "methodscript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
