import Analysis
import DeviceKit
import Glibc
import Testing

@Suite struct ElectrolyteResistanceTests {
    let method = ElectrolyteResistance()

    @Test func `capacitive points are fitted without an inductor`() throws {
        let estimate = try self.method.estimate(from: Spectra.noisy)
        #expect(estimate.quality == .good)
        #expect(estimate.fit?.circuit == .blockingElectrodes)
        #expect(estimate.comparison == nil)
        #expect(isClose(estimate.resistance.value.in(.ohm), 125.010376, relative: 1e-7))
        #expect(isClose(estimate.resistance.uncertainty.in(.ohm), 0.05338, relative: 0.01))
        #expect(estimate.kramersKronig?.elementCount == 6)
    }

    @Test func `inductive points bring in the inductance of the leads`() throws {
        let estimate = try self.method.estimate(from: Spectra.inductive)
        #expect(estimate.quality == .good)
        #expect(estimate.fit?.circuit == .blockingElectrodesWithLeads)
        #expect(isClose(estimate.resistance.value.in(.ohm), 125.011398, relative: 1e-7))
        let comparison = try #require(estimate.comparison)
        #expect(isClose(try #require(comparison["R0"]).value, 125.014815, relative: 1e-7))
        #expect(comparison.dropped.count == 12)
    }

    @Test func `a gate that is not passed is named with its value`() throws {
        var method = self.method
        method.gates = [
            ResistanceGate(.exponent, atLeast: 0.95, else: .failure),
            ResistanceGate(.keptPoints, atLeast: 30, else: .warning),
            ResistanceGate(.relativeError, atMost: 1, else: .failure),
        ]
        let estimate = try method.estimate(from: Spectra.noisy)
        #expect(estimate.quality == .poor)
        #expect(!estimate.isUsable)
        #expect(estimate.failedGates.map(\.gate.figure) == [.exponent, .keptPoints])
        #expect(estimate.failedGates.last?.value == 21)
        #expect(estimate.failedGates.last?.description == "warning: keptPoints is 21.0, must be at least 30.0")

        method.gates.removeFirst()
        #expect(try method.estimate(from: Spectra.noisy).quality == .doubtful)
    }

    @Test func `no limit admits NaN`() {
        #expect(!ResistanceGate(.exponent, else: .failure).admits(.nan))
        #expect(!ResistanceGate(.exponent, atMost: 1, else: .failure).admits(.infinity))
    }

    @Test func `electrodes that conduct are seen by the exponent`() throws {
        let spectrum = Spectra.spectrum(
            of: .blockingElectrodes,
            values: [125, 1e-4, 0.5],
            frequencies: Spectra.frequencies(1e5, 1e2, count: 31)
        )
        let estimate = try self.method.estimate(from: spectrum)
        #expect(estimate.quality == .poor)
        #expect(estimate.failedGates.contains { $0.gate.figure == .exponent })
    }

    @Test func `a drifting cell is seen by the Kramers-Kronig test`() throws {
        var spectrum = Spectra.noisy
        for index in 10..<21 { spectrum[index].real = spectrum[index].real * 1.2 }
        let estimate = try self.method.estimate(from: spectrum)
        #expect(estimate.quality == .poor)
        #expect(estimate.failedGates.contains { $0.gate.figure == .kramersKronigResidual })
    }

    @Test func `a spectrum that no circuit fits falls back to the intercept`() throws {
        // All points at one frequency: resistor and constant phase element cannot be told apart.
        let spectrum = (0..<6).map { Spectra.point(1e4, 125 + Double($0) * 0.1, -5 - Double($0) * 0.1) }
        let estimate = try self.method.estimate(from: spectrum)
        #expect(estimate.quality == .intercept)
        #expect(estimate.fit == nil)
        #expect(estimate.fitError != nil)
        #expect(estimate.resistance.value == Resistance(125, .ohm))
        #expect(estimate.resistance.uncertainty == Resistance(5, .ohm))
    }

    static let unusable: [(String, [ImpedancePoint])] = [
        ("empty", []),
        ("infinite impedance", Spectra.noisy.map { Spectra.point($0.frequency.si, .infinity, -.infinity) }),
        ("not a number", Spectra.noisy.map { Spectra.point($0.frequency.si, .nan, .nan) }),
        ("zero frequency", Spectra.noisy.map { Spectra.point(0, $0.real.si, $0.imaginary.si) }),
        ("all inductive", Spectra.noisy.map { Spectra.point($0.frequency.si, $0.real.si, -$0.imaginary.si) }),
        ("all overloaded", Spectra.noisy.map(overloaded)),
        ("four points", Array(Spectra.noisy.suffix(4))),
        ("zero impedance", Spectra.noisy.map { Spectra.point($0.frequency.si, 0, 0) }),
    ]

    @Test(arguments: unusable.map(\.0)) func `a spectrum without five usable points gives no resistance`(_ name: String)
    {
        let spectrum = Self.unusable.first { $0.0 == name }?.1 ?? []
        let error = #expect(throws: ImpedanceError.self) { try self.method.estimate(from: spectrum) }
        guard case .tooFewPoints(let usable, 5, let dropped) = error else {
            Issue.record("\(name): \(String(describing: error))")
            return
        }
        #expect(usable + dropped.count == spectrum.count)
    }

    @Test func `extreme but finite numbers end in a value or a typed error`() {
        for size in [1e-300, 1e-150, 1e-30, 1e30, 1e150, 1e300, .greatestFiniteMagnitude] {
            for hertz in [1e-300, 1e-5, 1.0, 1e15, 1e300] {
                let spectrum = (1...10).map { k in
                    Spectra.point(hertz * Double(k), size, -size / Double(k))
                }
                if let estimate = try? self.method.estimate(from: spectrum) {
                    #expect(!estimate.resistance.value.si.isNaN)
                }
            }
        }
    }

    /// One number generator for all trials, so that they are the same in every run.
    @Test func `the resistance of a random noisy cell is found within four standard deviations`() throws {
        let seed: UInt64 = 0x5EED
        var random = SeededRandom(seed: seed)
        var largest = 0.0
        for trial in 0..<300 {
            let r = exp(Double.random(in: log(5)...log(2e4), using: &random))
            let alpha = Double.random(in: 0.75...1, using: &random)
            // The constant phase element has r's impedance somewhere inside the range measured.
            let corner = exp(Double.random(in: log(1e2)...log(1e4), using: &random))
            let values = [r, 1 / (r * pow(2 * .pi * corner, alpha)), alpha]
            let noise = Double.random(in: 1e-5...5e-3, using: &random)
            let count = Int.random(in: 15...60, using: &random)
            let spectrum = Spectra.frequencies(1e5, 1e2, count: count).map { hertz in
                let z = EquivalentCircuit.blockingElectrodes.impedance(at: Frequency(hertz, .hertz), values: values)
                let size = noise * (z.real.si * z.real.si + z.imaginary.si * z.imaginary.si).squareRoot()
                return Spectra.point(
                    hertz,
                    z.real.si + size * random.nextNormal(),
                    z.imaginary.si + size * random.nextNormal()
                )
            }
            let fit = try CircuitFit(.blockingElectrodes, to: spectrum, weighting: .modulus)
            let found = try #require(fit["R0"])
            let deviations = abs(found.value - r) / found.standardDeviation
            largest = max(largest, deviations)
            #expect(deviations < 4, "seed \(seed), trial \(trial): \(r) Ω found as \(found.value) Ω")
        }
        // Standard deviations that were far too large would hide everything above.
        #expect(largest > 2)
    }

    @Test func `noise that makes single points inductive does not move the resistance`() throws {
        let seed: UInt64 = 0xCE11
        var random = SeededRandom(seed: seed)
        for trial in 0..<100 {
            let inductance = trial.isMultiple(of: 2) ? 0 : Double.random(in: 1e-8...2e-6, using: &random)
            let values = [inductance, 125, 8e-6, 0.92]
            let spectrum = Spectra.frequencies(1e5, 1e3, count: 21).map { hertz in
                let z = EquivalentCircuit.blockingElectrodesWithLeads.impedance(
                    at: Frequency(hertz, .hertz),
                    values: values
                )
                return Spectra.point(
                    hertz,
                    z.real.si + 1.25 * random.nextNormal(),
                    z.imaginary.si + 1.25 * random.nextNormal()
                )
            }
            let estimate = try self.method.estimate(from: spectrum)
            let deviations = (estimate.resistance.value - Resistance(125, .ohm)) / estimate.resistance.uncertainty
            #expect(estimate.fit != nil, "seed \(seed), trial \(trial): \(String(describing: estimate.fitError))")
            #expect(abs(deviations) < 4.5, "seed \(seed), trial \(trial): \(estimate.resistance)")
        }
    }

    private static func overloaded(_ point: ImpedancePoint) -> ImpedancePoint {
        var point = point
        point.isOverloaded = true
        return point
    }
}

extension SeededRandom {
    /// Normally distributed with mean 0 and deviation 1 (Box and Muller 1958).
    mutating func nextNormal() -> Double {
        let (u, v) = (
            Double.random(in: .leastNormalMagnitude...1, using: &self), Double.random(in: 0...1, using: &self)
        )
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }
}
