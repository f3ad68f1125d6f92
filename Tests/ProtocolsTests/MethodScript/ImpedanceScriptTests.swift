import DeviceKit
import Protocols
import Testing

@Suite struct ImpedanceScriptTests {
    static let sweep = ImpedanceSweep(
        highest: Frequency(200, .kilohertz),
        lowest: Frequency(20, .hertz),
        pointCount: 41,
        amplitude: Voltage(10, .millivolt),
        currentRange: Current(1, .microampere)...Current(10, .milliampere)
    )

    @Test func `the script for an EmStat4 is this`() throws {
        let script = try ImpedanceScript(Self.sweep, tag: "run 7/1", on: .emStat4LR).script
        #expect(
            script.lines == [
                "send_string \"run 7/1\"", "var f", "var r", "var j", "set_pgstat_chan 0", "set_pgstat_mode 3",
                "set_max_bandwidth 200k", "set_range_minmax da 0 0", "set_range ba 10m", "set_autoranging ba 1u 10m",
                "set_range ab 1", "set_autoranging ab 50m 1", "set_e 0", "cell_on", "meas_loop_ca r j 0 200m 2",
                "endloop", "meas_loop_eis f r j 10m 200k 20 41i 0", "pck_start", "pck_add f", "pck_add r", "pck_add j",
                "pck_end", "endloop", "on_finished:", "cell_off",
            ]
        )
        #expect(script.bytes.starts(with: Array("e\nsend_string".utf8)))
        #expect(script.bytes.suffix(10) == Array("cell_off\n\n".utf8))
    }

    @Test func `an instrument without potential ranges is not told any`() throws {
        let sweep = ImpedanceSweep(
            highest: Frequency(100, .kilohertz),
            lowest: Frequency(1, .hertz),
            pointCount: 5,
            amplitude: Voltage(5, .millivolt),
            bias: Voltage(-250, .millivolt),
            currentRange: Current(1, .microampere)...Current(5, .milliampere)
        )
        let script = try ImpedanceScript(sweep, tag: "", on: .emStatPico, equilibration: .zero).script
        #expect(!script.lines.contains { $0.contains(" ab ") || $0.contains("meas_loop_ca") })
        #expect(script.lines.contains("meas_loop_eis f r j 5m 100k 1 5i -250m"))
    }

    @Test func `a tag is made sendable`() {
        #expect(ImpedanceScript.sendable("a\"b\\c\nd µ") == "a_b_c_d _")
        #expect(ImpedanceScript.sendable(String(repeating: "x", count: 300)).count == ImpedanceScript.longestTag)
    }

    static let impossible: [(Double, Double, Int, Double, Double, Double, Double)] = [
        (200_001.0, 20.0, 41, 0.01, 0.0, 1e-6, 1e-2), (20, 200, 41, 0.01, 0, 1e-6, 1e-2),
        (200, 0, 41, 0.01, 0, 1e-6, 1e-2),
        (200, 20, 0, 0.01, 0, 1e-6, 1e-2), (200, 20, 41, 0, 0, 1e-6, 1e-2), (200, 20, 41, 0.3, 0, 1e-6, 1e-2),
        (200, 20, 41, 0.01, 2.99, 1e-6, 1e-2), (200, 20, 41, 0.01, 0, 1e-6, 1e-1), (200, 20, 41, 0.01, 0, 1e-12, 1e-2),
        (.nan, 20, 41, 0.01, 0, 1e-6, 1e-2), (200, 20, 41, .nan, 0, 1e-6, 1e-2),
        (200, 20, 41, 0.01, .infinity, 1e-6, 1e-2),
    ]

    @Test(arguments: Self.impossible)
    func `what the instrument cannot do is refused before it is sent`(
        _ highest: Double,
        _ lowest: Double,
        _ count: Int,
        _ amplitude: Double,
        _ bias: Double,
        _ small: Double,
        _ large: Double
    ) {
        let sweep = ImpedanceSweep(
            highest: Frequency(highest, .hertz),
            lowest: Frequency(lowest, .hertz),
            pointCount: count,
            amplitude: Voltage(amplitude, .volt),
            bias: Voltage(bias, .volt),
            currentRange: Current(small, .ampere)...Current(large, .ampere)
        )
        #expect(throws: ImpedanceScript.Problem.self) { try ImpedanceScript(sweep, tag: "x", on: .emStat4LR) }
    }

    static let literals: [(Double, String)] = [
        (0.01, "10m"), (200_000, "200k"), (20, "20"), (1.5, "1500m"), (-0.5, "-500m"), (0, "0"), (1e-9, "1n"),
        (1e6, "1M"),
        (12.5e-6, "12500n"), (1.0 / 3, "333333333n"), (2.728186380191, "2728186u"), (0.1, "100m"), (1e-18, "1a"),
        (12.345678, "12345678u"),
    ]

    @Test(arguments: Self.literals)
    func `numbers are written without a decimal point`(_ value: Double, _ text: String) {
        #expect(MethodScriptLiteral.text(value) == text)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e40, 1e-30])
    func `numbers that cannot be written are refused`(_ value: Double) {
        #expect(MethodScriptLiteral.text(value) == nil)
    }

    @Test func `every literal is the number it stands for`() {
        let seed: UInt64 = 4711
        var random = SplitMix(seed: seed)
        for _ in 0..<10_000 {
            let value =
                Double.random(in: -1...1, using: &random) * [1e-6, 1e-3, 1, 1e3, 1e6].randomElement(using: &random)!
            let text = MethodScriptLiteral.text(value) ?? "nothing"
            let digits = text.prefix { $0.isNumber || $0 == "-" }
            let prefix = text.dropFirst(digits.count).utf8.first.flatMap { SIPrefix(character: $0) } ?? .none
            let back = MethodScriptValue.scaled(mantissa: Int32(digits) ?? 0, prefix: prefix).value
            #expect(abs(back - value) <= 2.5e-7 * abs(value), "seed \(seed): \(value) became \(text)")
        }
    }

    @Test(arguments: [
        [String](), ["cell_on", ""], ["cell_on", "  "], ["cell_on\r"], ["cell_on\nZ"], ["send_string \"é\""],
        ["wait " + String(repeating: "1", count: 130)], ["loop a < 1"], ["endloop"], ["if a < 1", "endloop", "endif"],
        ["meas_loop_ca p c 0 1 1", "meas_loop_eis f r j 1 1 1 1 0", "endloop", "endloop"], ["else"], ["endif"],
        ["loop a < 1i", "on_finished:", "endloop"],
    ])
    func `scripts that no instrument would take are refused`(_ lines: [String]) {
        #expect(throws: MethodScript.Problem.self) { try MethodScript(lines) }
    }

    @Test func `loops, branches and comments are no problem`() throws {
        let lines = [
            "var a", "loop a < 3i  # counts", "\tif a == 1i", "breakloop", "else", "wait 1", "endif", "endloop",
        ]
        #expect(try MethodScript(lines).lines == lines)
        #expect(try MethodScript(lines).line(2) == lines[1] && MethodScript(lines).line(9) == nil)
    }

    @Test func `a sweep has its ends and even steps`() {
        let frequencies = Self.sweep.frequencies
        #expect(frequencies.count == 41 && frequencies[0] == Self.sweep.highest)
        #expect(abs(frequencies[40].si - 20) < 1e-9)
        #expect(abs(frequencies[10].si / frequencies[11].si - frequencies[30].si / frequencies[31].si) < 1e-12)
        #expect(ImpedanceTiming.point(at: Frequency(1000, .hertz)) == .seconds(0.505))
        #expect(ImpedanceTiming.point(at: Frequency(0.1, .hertz)) == .seconds(15))
    }
}
