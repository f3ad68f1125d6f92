import DeviceDrivers
import DeviceKit
import Links
import Protocols
import Simulators
import Testing

/// What goes wrong with an instrument, and what the driver makes of it. The cell is what matters.
@Suite(.serialized, .timeLimit(.minutes(2))) struct MethodScriptFaultTests {
    private typealias Line = MethodScriptPotentiostatTests.Line
    private static let sweep = MethodScriptPotentiostatTests.sweep
    private static let quick = LinkTimeouts(firstByte: .milliseconds(250), total: .seconds(5))

    @Test(arguments: [true, false])
    func `an error of a running script switches the cell off and quotes the line`(_ isEnded: Bool) async throws {
        let bench = try await Bench(over: .pseudoTerminal)
        await bench.instrument.set(endsFailedScripts: isEnded)
        await bench.fault { $0.failure = (afterPoints: 5, code: .criticalOverload) }
        let error = try #require(await Self.measure(bench))
        #expect(error.code == .faulted)
        #expect(error.detail.contains("error 0032") && error.detail.contains("meas_loop_eis f r j 10m 200k 20 21i 0"))
        #expect(bench.cell.switchings == [true, false])
        await bench.fault { $0.failure = nil }
        #expect(await Self.measure(bench) == nil)
        await bench.close()
    }

    @Test(arguments: MethodScriptPotentiostatTests.Line.allCases)
    func `a damaged point is garbage and ends the measurement`(over line: MethodScriptPotentiostatTests.Line)
        async throws
    {
        let bench = try await Bench(over: line)
        await bench.fault { $0.corruptedPoint = 4 }
        let error = try #require(await Self.measure(bench))
        #expect(error.code == .garbled && error.detail.contains("hexadecimal"))
        #expect(!bench.cell.isOn && bench.cell.switchings.first == true)
        await bench.close()
    }

    @Test func `an instrument that falls silent is aborted`() async throws {
        let bench = try await Bench(over: .pseudoTerminal, speed: 5, margin: .milliseconds(300))
        await bench.fault { $0.silentAfterPoints = 3 }
        let error = try #require(await Self.measure(bench))
        #expect(error.code == .timedOut && error.detail.contains("no answer"))
        #expect(!bench.cell.isOn && bench.cell.switchings.first == true)
        await bench.close()
    }

    @Test func `an instrument that does not even stop leaves an unknown outcome`() async throws {
        let bench = try await Bench(over: .tcp, speed: 5, timeouts: Self.quick, margin: .milliseconds(300))
        let measurement = Task { await Self.measure(bench) }
        try await bench.until { bench.cell.isOn }
        await bench.fault { $0.isSilent = true }
        let error = try #require(await measurement.value)
        #expect(error.code == .unknownOutcome && error.advice.contains("by hand"))
        await bench.close()
    }

    @Test func `a lost connection is opened again to switch the cell off`() async throws {
        let bench = try await Bench(over: .tcp)
        await bench.fault { $0.dropsAfterPoints = 4 }
        let error = try #require(await Self.measure(bench))
        #expect(error.code == .timedOut && error.detail.contains("closed the line"))
        #expect(!bench.cell.isOn && bench.cell.switchings.first == true)
        await bench.fault { $0.dropsAfterPoints = nil }
        #expect(await Self.measure(bench) == nil)
        await bench.close()
    }

    @Test func `a pulled plug leaves an unknown outcome`() async throws {
        let bench = try await Bench(over: .pseudoTerminal)
        await bench.fault { $0.dropsAfterPoints = 4 }
        let error = try #require(await Self.measure(bench))
        #expect(error.code == .unknownOutcome && error.advice.contains("by hand"))
        await bench.close()
    }

    @Test func `a measurement that ends too early is no measurement`() async throws {
        let bench = try await Bench(over: .tcp)
        await bench.fault { $0.endsAfterPoints = 10 }
        let error = try #require(await Self.measure(bench))
        #expect(error.code == .mismatch && error.detail.contains("10 of 21"))
        #expect(!bench.cell.isOn)
        await bench.close()
    }

    @Test func `an empty cell is reported as an open circuit`() async throws {
        let bench = try await Bench(over: .tcp, circuit: nil)
        let error = try #require(await Self.measure(bench))
        #expect(error.code == .faulted && error.advice.contains("cell is filled"))
        #expect(!bench.cell.isOn)
        await bench.close()
    }

    @Test func `an overloaded amplifier flags its points`() async throws {
        let bench = try await Bench(
            over: .tcp,
            circuit: .init(resistance: Resistance(2, .ohm), pseudoCapacitance: 1e-2)
        )
        var sweep = Self.sweep
        sweep.currentRange = Current(1, .microampere)...Current(1, .milliampere)
        let record = try await bench.potentiostat.measureImpedance(sweep, tag: "short") { _ in }
        #expect(record.points.allSatisfy { $0.isOverloaded })
        await bench.close()
    }

    @Test func `a current near the end of its range makes a point doubtful`() async throws {
        let bench = try await Bench(
            over: .tcp,
            circuit: .init(resistance: Resistance(10.3, .ohm), pseudoCapacitance: 1)
        )
        var sweep = Self.sweep
        sweep.currentRange = Current(1, .milliampere)...Current(1, .milliampere)
        let record = try await bench.potentiostat.measureImpedance(sweep, tag: "near") { _ in }
        #expect(record.points.allSatisfy { $0.isDoubtful && !$0.isOverloaded })
        await bench.close()
    }

    @Test func `what the instrument cannot do is refused before anything moves`() async throws {
        let bench = try await Bench(over: .tcp)
        var sweep = Self.sweep
        sweep.highest = Frequency(1000, .kilohertz)
        let error = await MethodScriptPotentiostatTests.error {
            try await bench.potentiostat.measureImpedance(sweep, tag: "x") { _ in }
        }
        #expect(error?.code == .misconfigured)
        #expect(bench.cell.switchings.isEmpty)
        await bench.close()
    }

    @Test func `answers in pieces make no difference`() async throws {
        for size in [1, 2, 3, 7, 31] {
            let bench = try await Bench(over: .pseudoTerminal)
            await bench.fault { $0.pieces = size }
            #expect(await Self.measure(bench) == nil)
            await bench.close()
        }
    }

    @Test func `noise before the first answer is passed over`() async throws {
        let bench = try await Bench(over: .pseudoTerminal)
        await bench.fault { $0.garbage = [0xFF, 0x00, 0x13] + Array("P80#\ntes4\n".utf8) }
        #expect(try await bench.potentiostat.identify().model == "EmStat4 LR")
        await bench.close()
    }

    @Test func `late answers never become answers to other questions`() async throws {
        let seed: UInt64 = 99
        var random = SeededNumbers(seed: seed)
        let bench = try await Bench(
            over: .pseudoTerminal,
            timeouts: LinkTimeouts(firstByte: .milliseconds(40), total: .seconds(5))
        )
        for _ in 0..<12 {
            let lateness = Int.random(in: 0...90, using: &random)
            await bench.fault { $0.lateBy = .milliseconds(lateness) }
            do throws(DeviceError) {
                let identity = try await bench.potentiostat.identify()
                #expect(identity.serialNumber == "ES4LR20B0008" && identity.firmware == "1.500", "seed \(seed)")
            } catch {
                #expect(error.code == .timedOut, "seed \(seed): \(error)")
            }
        }
        await bench.fault { $0.lateBy = nil }
        #expect(await Self.measure(bench) == nil)
        await bench.close()
    }

    @Test func `a silent endpoint is timed out`() async throws {
        let bench = try await Bench(over: .pseudoTerminal, timeouts: Self.quick)
        await bench.fault { $0.isSilent = true }
        let error = await MethodScriptPotentiostatTests.error { try await bench.potentiostat.identify() }
        #expect(error?.code == .timedOut && error?.device == "potentiostat")
        await bench.close()
    }

    @Test(arguments: [
        ("tespbl1200#Jan 1 2020\nR*\n", "bootloader"), ("tes9_zz1000#Jan 1 2030\nR*\n", "es9_zz"),
        ("t!0003\n", "unknown command"),
        ("hello\n", "hello"),
    ])
    func `an instrument of another kind is not used`(_ answer: String, _ word: String) async throws {
        let server = try LineServer()
        let device = Task {
            let channel = await server.accept()
            while let bytes = try? await channel?.read() {
                switch String(decoding: bytes, as: UTF8.self) {
                case "t\n", "\nt\n": try? await channel?.write(Array(answer.utf8))
                default: try? await channel?.write(Array("i0815\n".utf8))
                }
            }
        }
        let potentiostat = MethodScriptPotentiostat(name: "potentiostat", endpoint: server.endpoint)
        let error = await MethodScriptPotentiostatTests.error { try await potentiostat.identify() }
        #expect(error?.detail.contains(word) == true, "\(error.map { "\($0)" } ?? "no error")")
        let allowing = MethodScriptOptions(allowsUnknownModels: true)
        #expect(allowing.allowsUnknownModels)
        device.cancel()
        server.close()
    }

    @Test func `the cell is off after a stop at any moment`() async throws {
        let seed: UInt64 = 5
        var random = SeededNumbers(seed: seed)
        let bench = try await Bench(over: .tcp, speed: 60)
        for _ in 0..<8 {
            let delay = Int.random(in: 0...400, using: &random)
            let measurement = Task { await Self.measure(bench) }
            try await Task.sleep(for: .milliseconds(delay))
            try await bench.potentiostat.stop()
            #expect(!bench.cell.isOn, "seed \(seed), stop after \(delay) ms")
            let error = await measurement.value
            #expect(
                error == nil || error?.code == .cancelled,
                "seed \(seed), stop after \(delay) ms: \(error.map { "\($0)" } ?? "")"
            )
            #expect(!bench.cell.isOn, "seed \(seed), stop after \(delay) ms")
        }
        await bench.close()
    }

    private static func measure(_ bench: Bench) async -> DeviceError? {
        await MethodScriptPotentiostatTests.error {
            try await bench.potentiostat.measureImpedance(Self.sweep, tag: "x") { _ in }
        }
    }
}

/// Reproducible randomness: SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
