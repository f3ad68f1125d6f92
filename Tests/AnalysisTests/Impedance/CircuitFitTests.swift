import Analysis
import DeviceKit
import Testing

/// Expected figures: impedance.py 1.7.1 on numpy 1.26 and scipy 1.13, fitted to the same rounded numbers.
@Suite struct CircuitFitTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let circuit: EquivalentCircuit
        let spectrum: [ImpedancePoint]
        let weighting: FitWeighting
        var inductivePoints = InductivePoints.keep
        let r: Double
        let deviation: Double
        let q: Double
        let alpha: Double
        let rmse: Double
        let relative: Double
        let chiSquare: Double
        var inductance: Double?
        var testDescription: String { self.name }
    }

    static let rows = [
        Row(
            name: "exact",
            circuit: .blockingElectrodes,
            spectrum: Spectra.exact,
            weighting: .unit,
            r: 125.000000,
            deviation: 7.8e-7,
            q: 8.00000119e-6,
            alpha: 0.919999989,
            rmse: 3.693e-6,
            relative: 2.9e-8,
            chiSquare: 1.77e-14
        ),
        Row(
            name: "noisy, unit",
            circuit: .blockingElectrodes,
            spectrum: Spectra.noisy,
            weighting: .unit,
            r: 125.010376,
            deviation: 0.05338,
            q: 7.98979465e-6,
            alpha: 0.920027178,
            rmse: 0.2525223,
            relative: 0.0019865,
            chiSquare: 8.30733e-5
        ),
        Row(
            name: "noisy, modulus",
            circuit: .blockingElectrodes,
            spectrum: Spectra.noisy,
            weighting: .modulus,
            r: 125.009896,
            deviation: 0.05301,
            q: 7.98891277e-6,
            alpha: 0.920052297,
            rmse: 0.2525309,
            relative: 0.0019866,
            chiSquare: 8.3068e-5
        ),
        Row(
            name: "inductive, capacitive points, unit",
            circuit: .blockingElectrodes,
            spectrum: Spectra.inductive,
            weighting: .unit,
            inductivePoints: .drop,
            r: 125.014815,
            deviation: 0.06177,
            q: 7.98450861e-6,
            alpha: 0.920306181,
            rmse: 0.3788228,
            relative: 0.0022409,
            chiSquare: 1.65155e-4
        ),
        Row(
            name: "inductive, capacitive points, modulus",
            circuit: .blockingElectrodes,
            spectrum: Spectra.inductive,
            weighting: .modulus,
            inductivePoints: .drop,
            r: 125.008400,
            deviation: 0.05212,
            q: 7.98627858e-6,
            alpha: 0.920257359,
            rmse: 0.3790688,
            relative: 0.0022424,
            chiSquare: 1.65028e-4
        ),
        Row(
            name: "inductive, without an inductor",
            circuit: .blockingElectrodes,
            spectrum: Spectra.inductive,
            weighting: .unit,
            r: 125.020504,
            deviation: 0.3138,
            q: 7.98046036e-6,
            alpha: 0.920383702,
            rmse: 2.45534,
            relative: 0.015593,
            chiSquare: 0.0156459
        ),
        Row(
            name: "inductive, unit",
            circuit: .blockingElectrodesWithLeads,
            spectrum: Spectra.inductive,
            weighting: .unit,
            r: 125.011398,
            deviation: 0.04095,
            q: 7.98689707e-6,
            alpha: 0.920257027,
            rmse: 0.3184139,
            relative: 0.0020221,
            chiSquare: 1.64657e-4,
            inductance: 1.50726591e-6
        ),
        Row(
            name: "inductive, modulus",
            circuit: .blockingElectrodesWithLeads,
            spectrum: Spectra.inductive,
            weighting: .modulus,
            r: 125.005767,
            deviation: 0.03359,
            q: 7.99338567e-6,
            alpha: 0.920116892,
            rmse: 0.3192274,
            relative: 0.0020273,
            chiSquare: 1.64219e-4,
            inductance: 1.50726852e-6
        ),
    ]

    @Test(arguments: rows) func `a fit gives the figures of an independent program`(_ row: Row) throws {
        let fit = try CircuitFit(
            row.circuit,
            to: row.spectrum,
            weighting: row.weighting,
            inductivePoints: row.inductivePoints
        )
        let resistance = try #require(fit["R0"])
        // The last digit printed of the peer's figures limits some comparisons.
        let printed = row.name == "exact" ? 2e-4 : 1e-6
        #expect(isClose(resistance.value, row.r, relative: 1e-7))
        #expect(isClose(resistance.standardDeviation, row.deviation, relative: 0.01))
        #expect(isClose(try #require(fit["CPE1.Q"]).value, row.q, relative: 1e-6))
        #expect(isClose(try #require(fit["CPE1.alpha"]).value, row.alpha, relative: 1e-6))
        #expect(isClose(fit.rootMeanSquareError.in(.ohm), row.rmse, relative: printed))
        #expect(isClose(fit.relativeError, row.relative, relative: row.name == "exact" ? 0.02 : 3e-5))
        #expect(isClose(fit.relativeChiSquare, row.chiSquare, relative: row.name == "exact" ? 0.005 : 1e-5))
        if let inductance = row.inductance {
            #expect(isClose(try #require(fit["L0"]).value, inductance, relative: 1e-6))
        }
        let freedom = Double(2 * fit.keptPointCount - fit.parameters.count)
        #expect(isClose(fit.reducedChiSquare, fit.relativeChiSquare / freedom, relative: 1e-12))
        #expect(fit.iterations < 40)
    }

    @Test func `an arc before a blocking electrode is found from a poor guess`() throws {
        let circuit = EquivalentCircuit.arcBeforeBlockingElectrode
        let spectrum = Spectra.spectrum(
            of: circuit,
            values: [10, 50, 1e-5, 0.9, 1e-3, 0.8],
            frequencies: Spectra.frequencies(1e6, 0.1, count: 60)
        )
        let fit = try CircuitFit(circuit, to: spectrum, guess: [8, 40, 2e-5, 0.8, 2e-3, 0.7])
        let expected = [10.00026, 49.99006, 9.99633e-6, 0.900051, 1.0005767e-3, 0.799986]
        let deviations = [0.115, 0.183, 4.25e-7, 0.00513, 2.14e-7, 1.56e-4]
        for (parameter, (value, deviation)) in zip(fit.parameters, zip(expected, deviations)) {
            #expect(isClose(parameter.value, value, relative: 1e-6), "\(parameter.parameter.name)")
            #expect(isClose(parameter.standardDeviation, deviation, relative: 0.01), "\(parameter.parameter.name)")
        }
        #expect(isClose(fit.rootMeanSquareError.in(.ohm), 0.70037, relative: 1e-5))
    }

    @Test(arguments: [[120, 1e-5, 0.9], [1, 1, 1], [1, 1e-6, 0.5], [1e4, 1e-4, 0.7]])
    func `the minimum does not depend on where the fit starts`(_ guess: [Double]) throws {
        let fit = try CircuitFit(.blockingElectrodes, to: Spectra.noisy, guess: guess)
        #expect(isClose(try #require(fit["R0"]).value, 125.010376, relative: 1e-7))
    }

    @Test func `points that cannot be used are left out and listed`() throws {
        var spectrum = Spectra.noisy
        spectrum[3].isOverloaded = true
        spectrum[5].real = Resistance(.nan, .ohm)
        spectrum[7].imaginary = Resistance(-.infinity, .ohm)
        spectrum[9].frequency = .zero
        spectrum[11].frequency = Frequency(-10, .hertz)
        spectrum[13].real = .zero
        spectrum[13].imaginary = .zero
        let fit = try CircuitFit(.blockingElectrodes, to: spectrum, weighting: .modulus)
        #expect(
            fit.dropped == [
                DroppedPoint(index: 3, reason: .overloaded), DroppedPoint(index: 5, reason: .notFinite),
                DroppedPoint(index: 7, reason: .notFinite), DroppedPoint(index: 9, reason: .frequencyNotPositive),
                DroppedPoint(index: 11, reason: .frequencyNotPositive),
                DroppedPoint(index: 13, reason: .zeroImpedance),
            ]
        )
        #expect(fit.keptPointCount == 15)
        #expect(fit.totalPointCount == 21)
        #expect(isClose(try #require(fit["R0"]).value, 125, relative: 0.002))
    }

    @Test func `the order of the points does not matter`() throws {
        let fit = try CircuitFit(.blockingElectrodes, to: Spectra.noisy.reversed())
        #expect(isClose(try #require(fit["R0"]).value, 125.010376, relative: 1e-7))
    }

    @Test func `nothing can be fitted to nothing`() {
        #expect(throws: ImpedanceError.tooFewPoints(usable: 0, needed: 2, dropped: [])) {
            try CircuitFit(.blockingElectrodes, to: [])
        }
    }

    @Test func `two resistors in series cannot be told apart`() throws {
        let circuit = try EquivalentCircuit(parsing: "R0-R1-CPE1")
        #expect(throws: ImpedanceError.singular(parameters: ["R0", "R1"])) {
            try CircuitFit(circuit, to: Spectra.noisy, guess: [60, 60, 1e-5, 0.9])
        }
    }

    @Test func `a circuit without automatic starting values asks for them`() {
        #expect(throws: ImpedanceError.self) {
            try CircuitFit(.arcBeforeBlockingElectrode, to: Spectra.noisy)
        }
        #expect(throws: ImpedanceError.self) {
            try CircuitFit(.blockingElectrodes, to: Spectra.noisy, guess: [1, 2])
        }
        #expect(throws: ImpedanceError.self) {
            try CircuitFit(.blockingElectrodes, to: Spectra.noisy, guess: [1, .nan, 0.5])
        }
    }

    @Test func `an ideal capacitor is found at the bound of the exponent`() throws {
        let circuit = try EquivalentCircuit(parsing: "R0-C1")
        let spectrum = Spectra.spectrum(
            of: circuit,
            values: [125, 1e-6],
            frequencies: Spectra.frequencies(1e5, 1e2, count: 31),
            noise: 0
        )
        let fit = try CircuitFit(.blockingElectrodes, to: spectrum)
        #expect(isClose(try #require(fit["R0"]).value, 125, relative: 1e-6))
        #expect(isClose(try #require(fit["CPE1.alpha"]).value, 1, relative: 1e-6))
    }
}

func isClose(_ a: Double, _ b: Double, relative tolerance: Double) -> Bool { abs(a - b) <= tolerance * abs(b) }
