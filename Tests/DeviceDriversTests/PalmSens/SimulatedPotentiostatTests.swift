import DeviceKit
import Links
import Protocols
import Simulators
import Testing

/// Transcripts: what a host says, byte for byte, and what the simulated instrument answers.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SimulatedPotentiostatTests {
    @Test(arguments: [
        ("\n", "\n"), ("t\n", "tes4_lr1500#Mar 12 2026 14:28:01\nR*\n"), ("v\n", "v01.09.00\n"),
        ("i\n", "iES4LR20B0008\n"),
        ("CC\n", "C000000000000000000000000000000000000002F0000003FFFFF98FF00000002\n"), ("Z\n", "Z!0006\n"),
        ("fail\n", "f!0003\n"), ("r\n", "r!000C\n"), ("G07\n", "G!0004\n"), ("\u{11}i\r\n", "iES4LR20B0008\n"),
        ("e\ncell_on\nbogus x\n\n", "e!4001: Line 2, Col 6\n"), ("e\nabcdefghijklmno\n\n", "e!4001: Line 1, Col 16\n"),
        ("e\ncell_off\n\n", "e\n\n"), ("e\nsend_string \"hello\"\n\n", "e\nThello\n\n"),
        ("e\nset_e 1.5\n\n", "e!4039: Line 1, Col 10\n"), ("e\npck_add x\n\n", "e!420B: Line 1, Col 10\n"),
        ("e\nvar a\nvar a\n\n", "e!4026: Line 2, Col 6\n"), ("e\nset_e 4\n\n", "e\n!000F: Line 1\n\n"),
        ("e\n" + String(repeating: "loop 1i == 1i\n", count: 100) + "\n", "e!400D: Line 65\n"),
        ("e\nloop 1i == 1i\n\n", "e!4018: Line 1\n"), ("e\nendloop\n\n", "e!400E: Line 1, Col 8\n"),
        (
            "e\nvar f\nvar r\nvar j\nmeas_loop_eis f r j 10m 200k 20 3i 0\nmeas_loop_ca f r 0 1 1\n\n",
            "e!400B: Line 5, Col 13\n"
        ),
        (
            "e\nvar f\nvar r\nvar j\nmeas_loop_eis f r j 10m 200k 20 3i 0\nendloop\n\n", "e\n!4027: Line 4\n\n"
        ),
        (
            "e\nvar i\nstore_var i 0i ja\nloop i < 3i\nadd_var i 1i\nif i == 2i\npck_start\npck_add i\npck_end\nendif\nendloop\n\n",
            "e\nL\nPja8000002i\n+\n\n"
        ),
        ("l\nsend_string \"kept\"\n\nr\n", "l\nr\nTkept\n\n"),
        ("e\nabort\non_finished:\nsend_string \"bye\"\n\n", "e\nTbye\n\n"),
        ("e\nvar a\nstore_var a 1 ja\ndiv_var a 0\non_finished:\nsend_string \"bye\"\n\n", "e\n!0028: Line 3\n\n"),
    ])
    func `an answer is this, byte for byte`(_ said: String, _ answer: String) async throws {
        let bench = try await Wire()
        try await bench.say(said)
        #expect(try await bench.hear(answer.utf8.count) == answer)
        #expect(await bench.rest() == "")
        await bench.close()
    }

    @Test func `half a command is carried out by the line ending that follows`() async throws {
        let bench = try await Wire()
        try await bench.say("t")
        #expect(await bench.rest() == "")
        try await bench.say("\n")
        #expect(try await bench.hear(36).hasPrefix("tes4_lr"))
        await bench.close()
    }

    @Test func `after an error nothing is heard for a moment`() async throws {
        let bench = try await Wire()
        try await bench.say("Z\nt\n")
        #expect(try await bench.hear(7) == "Z!0006\n")
        #expect(await bench.rest() == "")
        try await bench.say("i\n")
        #expect(try await bench.hear(14) == "iES4LR20B0008\n")
        await bench.close()
    }

    @Test func `an abort ends the loop and runs the closing commands`() async throws {
        let bench = try await Wire(speed: 4)
        try await bench.say(Self.impedance)
        _ = try await bench.hear(until: "M000D\n")
        _ = try await bench.hear(until: "\n")
        try await bench.say("t\n")
        #expect(try await bench.hear(until: "t!0006\n").hasSuffix("t!0006\n"))
        _ = await bench.rest()
        try await bench.say("\nZ\n")
        let rest = try await bench.hear(until: "\n\n")
        #expect(rest.hasSuffix("Z\n*\nTdone\n\n"))
        #expect(!bench.cell.isOn && bench.cell.measurements.isEmpty)
        await bench.close()
    }

    @Test func `the end of one loop lets the script go on`() async throws {
        let bench = try await Wire(speed: 20)
        try await bench.say(Self.impedance)
        _ = try await bench.hear(until: "M000D\n")
        try await bench.say("Y\n")
        #expect(try await bench.hear(until: "\n\n").hasSuffix("Y\n*\nTafter\nTdone\n\n"))
        await bench.close()
    }

    @Test func `a halted script goes on when told`() async throws {
        let bench = try await Wire(speed: 200)
        try await bench.say(Self.impedance)
        _ = try await bench.hear(until: "M000D\n")
        try await bench.say("h\n")
        _ = try await bench.hear(until: "h\n")
        _ = await bench.rest()
        #expect(await bench.rest() == "")
        try await bench.say("H\n")
        #expect(try await bench.hear(until: "\n\n").hasPrefix("H\n"))
        #expect(bench.cell.measurements == ["tag"])
        await bench.close()
    }

    @Test func `an error leaves the cell on, as the real one does`() async throws {
        let bench = try await Wire(speed: 1000)
        try await bench.say("e\ncell_on\nset_e 9\non_finished:\ncell_off\n\n")
        _ = try await bench.hear(until: "\n\n")
        #expect(bench.cell.isOn)
        await bench.close()
    }

    @Test func `the same seed measures the same bytes`() async throws {
        var spectra: [String] = []
        for _ in 0..<2 {
            let bench = try await Wire(speed: 1000)
            try await bench.say(Self.impedance)
            spectra.append(try await bench.hear(until: "\n\n"))
            await bench.close()
        }
        #expect(spectra[0] == spectra[1])
        let first = try #require(spectra[0].split(separator: "\n").first { $0.hasPrefix("P") })
        let package = try MethodScriptPackage(parsing: Array(first.utf8))
        #expect(package[.setFrequency]?.value == .scaled(mantissa: 200_000, prefix: .none))
        #expect(package[.impedanceReal]?.rangeIndex == 0x12 && package[.impedanceImaginary]?.rangeIndex == 0x02)
    }

    @Test func `points take the time a real instrument takes`() async throws {
        let bench = try await Wire(speed: 20)
        let start = ContinuousClock.now
        try await bench.say(Self.impedance)
        _ = try await bench.hear(until: "\n\n")
        let lab = (ContinuousClock.now - start) * 20
        // Six points from 200 kHz to 20 Hz: half a second each, and five periods of settling, 0.39 s in all.
        #expect(lab >= .seconds(3.2) && lab < .seconds(12))
        await bench.close()
    }

    @Test func `voltammetry follows Ohm's law`() async throws {
        let bench = try await Wire(
            speed: 1000,
            circuit: .init(resistance: Resistance(1000, .ohm), pseudoCapacitance: 100)
        )
        try await bench.say(
            "e\nvar p\nvar c\nset_range ba 1m\ncell_on\nmeas_loop_cv p c 0 100m -100m 50m 1 nscans(2)\npck_start\npck_add p\npck_add c\npck_end\nendloop\non_finished:\ncell_off\n\n"
        )
        let output = try await bench.hear(until: "\n\n")
        #expect(output.contains("M0005\nC0000\n") && output.contains("-\nC0001\n"))
        let points = try output.split(separator: "\n").filter { $0.hasPrefix("P") }.map {
            try MethodScriptPackage(parsing: Array($0.utf8))
        }
        #expect(points.count == 18)
        for point in points {
            let potential = try #require(point[.setPotential]).value.value
            let current = try #require(point[.current]).value.value
            #expect(abs(current - potential / 1000) < 1e-6)
        }
        await bench.close()
    }

    private static let impedance = """
        e
        send_string "tag"
        var f
        var r
        var j
        set_range ba 10m
        set_autoranging ba 1u 10m
        set_range ab 1
        set_autoranging ab 50m 1
        cell_on
        meas_loop_eis f r j 10m 200k 20 6i 0
        pck_start
        pck_add f
        pck_add r
        pck_add j
        pck_end
        endloop
        send_string "after"
        on_finished:
        send_string "done"
        cell_off


        """
}

/// A bare connection to a simulated potentiostat.
private actor Wire {
    nonisolated let cell: ConstantPhaseCell
    private let instrument: SimulatedPotentiostat
    private let channel: ByteChannel
    private var heard: [UInt8] = []

    init(speed: Double = 1000, circuit: ConstantPhaseCell.Circuit = ConstantPhaseCell.Circuit()) async throws {
        self.cell = ConstantPhaseCell(circuit)
        self.instrument = SimulatedPotentiostat(cell: self.cell, clock: LabClock(speed: speed))
        self.channel = try await self.instrument.listen().transport().open(within: .seconds(2))
    }

    func say(_ text: String) async throws {
        try await self.channel.write(Array(text.utf8))
    }

    func hear(_ count: Int) async throws -> String {
        while self.heard.count < count { try await self.listen() }
        defer { self.heard.removeFirst(count) }
        return String(decoding: self.heard[..<count], as: UTF8.self)
    }

    func hear(until ending: String) async throws -> String {
        var count = 0
        while true {
            while count < self.heard.count {
                count += 1
                if self.heard[..<count].suffix(ending.utf8.count).elementsEqual(ending.utf8) {
                    return try await self.hear(count)
                }
            }
            try await self.listen()
        }
    }

    /// What comes within a tenth of a second, or nothing.
    func rest() async -> String {
        let more = try? await self.channel.read(until: .now + .milliseconds(100))
        defer { self.heard = [] }
        return String(decoding: self.heard + (more ?? []), as: UTF8.self)
    }

    func close() async { await self.instrument.shutDown() }

    private func listen() async throws {
        self.heard += try await self.channel.read(until: .now + .seconds(5))
    }
}
