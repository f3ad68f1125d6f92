import DeviceKit
import Testing

@testable import Analysis

@Suite struct EquivalentCircuitTests {
    @Test func `parameters stand in order of appearance`() throws {
        let circuit = try EquivalentCircuit(parsing: " R0 - p( R1 , CPE1 ) - CPE2 ")
        #expect(circuit == .arcBeforeBlockingElectrode)
        #expect(circuit.description == "R0-p(R1,CPE1)-CPE2")
        #expect(
            circuit.parameters.map(\.name) == ["R0", "R1", "CPE1.Q", "CPE1.alpha", "CPE2.Q", "CPE2.alpha"]
        )
        #expect(circuit.parameters.map(\.unit) == ["Ω", "Ω", "S·s^alpha", "1", "S·s^alpha", "1"])
        #expect(circuit.parameters[3].bounds == 0.01...1)
        #expect(circuit.parameters[0].bounds == 0...(.infinity))
    }

    @Test(arguments: ["R0", "R0-CPE1", "L0-R0-CPE1", "p(R1-W1,CPE1)", "R0-p(R1-p(R2,C2),C1,L3)-K1-CPE9999"])
    func `a circuit is written as it was read`(_ text: String) throws {
        let circuit = try EquivalentCircuit(parsing: text)
        #expect(circuit.description == text)
        #expect(try EquivalentCircuit(circuit.topology) == circuit)
    }

    @Test(arguments: [
        ("", 1), ("R", 2), ("R0-", 4), ("R0-X1", 4), ("R0-R0", 4), ("R0 R1", 4), ("p(R0)", 5), ("p(R0,R1", 8),
        ("pR0", 2), ("p(R0,)", 6), ("R0)", 3), ("R00001", 2), ("R0-Ω", 4), ("r0", 1), ("R0-p(R1,CPE1)-CPE", 18),
        (String(repeating: "p(", count: 40), 34), (String(repeating: "R0-", count: 400), 1025),
    ])
    func `a mistake is reported with its column`(_ text: String, _ column: Int) {
        let error = #expect(throws: CircuitSyntaxError.self) { try EquivalentCircuit(parsing: text) }
        #expect(error?.column == column, "\(text): \(error?.description ?? "")")
    }

    @Test func `random bytes never break the parser`() {
        var random = SeededRandom(seed: 20)
        let alphabet = Array("RCLPEWKp(),- 0129Ω\u{0}".unicodeScalars)
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                if let scalar = alphabet.randomElement(using: &random) { text.unicodeScalars.append(scalar) }
            }
            _ = try? EquivalentCircuit(parsing: text)
        }
    }

    @Test func `elements have their textbook impedances`() throws {
        let frequency = Frequency(1000 / (2 * .pi), .hertz)  // ω = 1000/s
        let expected: [(String, [Double], Double, Double)] = [
            ("R0", [5], 5, 0), ("C1", [1e-6], 0, -1000), ("L1", [1e-3], 0, 1), ("CPE1", [1e-6, 1], 0, -1000),
            ("CPE1", [1e-3, 0.5], 22.360679774997898, -22.360679774997898),
            ("W1", [(1000.0).squareRoot()], 1, -1), ("K1", [10, 1e-3], 5, -5), ("p(R1,R2)", [3, 6], 2, 0),
            ("R0-p(R1,C1)", [1, 10, 1e-4], 6, -5),
        ]
        for (text, values, real, imaginary) in expected {
            let z = try EquivalentCircuit(parsing: text).impedance(at: frequency, values: values)
            #expect(abs(z.real.in(.ohm) - real) < 1e-9, "\(text)")
            #expect(abs(z.imaginary.in(.ohm) - imaginary) < 1e-9, "\(text)")
        }
    }

    @Test func `values that do not fit the circuit give no number`() {
        let circuit = EquivalentCircuit.blockingElectrodes
        #expect(circuit.impedance(at: Frequency(1, .hertz), values: [1]).real.si.isNaN)
        #expect(circuit.impedance(at: .zero, values: [1, 1, 1]).real.si.isNaN)
    }

    @Test(arguments: ["R0-p(R1-W1,CPE1)-CPE2", "p(L0-R0,p(R1,C1)-K2,CPE3)", "L0-R0-C1"])
    func `derivatives agree with differences`(_ text: String) throws {
        let circuit = try EquivalentCircuit(parsing: text)
        var random = SeededRandom(seed: 7)
        for _ in 0..<50 {
            let frequency = AngularFrequency(Frequency(.random(in: 0.1...1e4, using: &random), .hertz))
            let values = circuit.parameters.map {
                Double.random(in: $0.bounds.upperBound.isFinite ? 0.3...0.95 : 0.5...2, using: &random)
            }
            var workspace = CircuitProgram.Workspace(for: circuit.program)
            _ = circuit.program.impedance(at: frequency, values: values, workspace: &workspace)
            let derivatives = workspace.derivatives
            for index in values.indices {
                var (above, below) = (values, values)
                above[index] += 1e-6
                below[index] -= 1e-6
                let difference =
                    circuit.program.impedance(at: frequency, values: above, workspace: &workspace)
                    - circuit.program.impedance(at: frequency, values: below, workspace: &workspace)
                let error = (difference * 5e5 - derivatives[index]).magnitude
                let scale = circuit.program.impedance(at: frequency, values: values, workspace: &workspace).magnitude
                #expect(error < 1e-7 * max(derivatives[index].magnitude, scale), "\(circuit.parameters[index].name)")
            }
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
