import Protocols
import Testing

@Suite struct MethodScriptValueTests {
    @Test(arguments: [
        ("0000000 ", -134_217_728.0), ("7FFFFFF ", -1), ("8000000 ", 0), ("8000001 ", 1), ("FFFFFFF ", 134_217_727),
        ("7FFFFFFm", -0.001), ("8000005i", 5), ("8030D40 ", 200_000), ("DF5E100m", 100_000), ("DF5DFF4u", 99.999732),
        ("896D904m", 9885.956), ("804C4B4m", 312.5), ("7BF2670u", -4.25), ("7F3BDB8m", -803.4), ("7F85EE0u", -0.5),
        ("812D644p", 1.2345e-6), ("7CDA560f", -3.3e-9), ("DF5E100n", 0.1), ("82AB973f", 2.799987e-9),
    ])
    func `eight characters are a number`(_ text: String, _ value: Double) throws {
        #expect(try MethodScriptValue(parsing: Array(text.utf8)).value == value)
    }

    @Test(arguments: [
        (Float(1e-9), "80F4240f"), (3e-12, "82DC6C0a"), (0.005137, "84E6268n"), (20, "9312D00u"), (125.5, "F7AFA60u"),
        (250, "803D090m"), (1e5, "DF5E100m"), (1.5e8, "80249F0k"), (0, "8000000 "), (-0.0, "8000000 "),
    ])
    func `a float is written with the smallest prefix that fits`(_ value: Float, _ text: String) {
        #expect(String(decoding: MethodScriptValue(value).bytes, as: UTF8.self) == text)
    }

    @Test func `no number is written as five blanks and nan`() throws {
        #expect(String(decoding: MethodScriptValue(.nan).bytes, as: UTF8.self) == "     nan")
        #expect(MethodScriptValue(-.infinity) == .notANumber)
        #expect(try MethodScriptValue(parsing: Array("     nan".utf8)).value.isNaN)
    }

    @Test(arguments: ["", "8000000", "8000000  ", "800000G ", "8000000x", "-000000 ", "    nan ", "8000000\u{0}"])
    func `anything else is refused`(_ text: String) {
        #expect(throws: MethodScriptSyntaxError.self) { try MethodScriptValue(parsing: Array(text.utf8)) }
    }

    @Test func `every number survives the way there and back`() throws {
        let seed: UInt64 = 20_260_312
        var random = SplitMix(seed: seed)
        for _ in 0..<20_000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            let wire = MethodScriptValue(value)
            let back = try MethodScriptValue(parsing: wire.bytes)
            #expect(back == wire, "seed \(seed), value \(value)")
            guard value.isFinite, abs(value) >= 1e-10, abs(value) < 1e20 else { continue }
            // A value just too large for a prefix takes the next, a thousand times coarser: 2^27 / 1000 steps are left.
            let halfStep = 0.5 / (134_217_728.0 / 1000 - 1)
            #expect(abs(back.value - Double(value)) <= halfStep * abs(Double(value)), "seed \(seed), value \(value)")
        }
    }
}

/// Reproducible randomness for the tests of this module.
struct SplitMix: RandomNumberGenerator {
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
