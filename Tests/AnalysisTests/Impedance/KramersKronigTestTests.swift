import Analysis
import DeviceKit
import Testing

/// Expected figures: `linKK` of impedance.py 1.7.1 (complex, with capacitor, c = 0.85, at most 50 elements).
@Suite struct KramersKronigTestTests {
    @Test func `exact data need seven elements`() throws {
        let test = try KramersKronigTest(Spectra.exact)
        self.expect(test, [1, 1, 1, 0.99896, 0.98413, 0.8606, 0.66012], mu: 0.6601236, squares: 1.971096e-6)
        #expect(isClose(test.residuals.map { abs($0.real) }.max() ?? 0, 4.28e-4, relative: 0.002))
        #expect(isClose(test.largestResidual, 8.76e-4, relative: 0.002))
    }

    @Test func `noisy data need six elements`() throws {
        let test = try KramersKronigTest(Spectra.noisy)
        self.expect(test, [1, 1, 1, 0.97736, 1, 0.71348], mu: 0.7134766, squares: 8.972694e-5)
        #expect(isClose(test.residuals.map { abs($0.real) }.max() ?? 0, 2.25e-3, relative: 0.003))
        #expect(isClose(test.largestResidual, 2.62e-3, relative: 0.003))
    }

    @Test func `inductive data need twelve elements`() throws {
        let test = try KramersKronigTest(Spectra.inductive)
        self.expect(
            test,
            [
                1, 1, 0.99042, 1, 0.99881, 0.99831, 0.99869, 0.99469, 0.99617, 0.98309, 0.93884, 0.83125,
            ],
            mu: 0.8312499,
            squares: 1.965279e-4
        )
    }

    @Test func `a spectrum that jumped while it was measured fails`() throws {
        var spectrum = Spectra.noisy
        for index in 10..<spectrum.count { spectrum[index].real = spectrum[index].real * 1.1 }
        let test = try KramersKronigTest(spectrum)
        #expect(test.largestResidual > 0.01)
    }

    @Test func `too few and unusable points are refused`() {
        #expect(throws: ImpedanceError.tooFewPoints(usable: 3, needed: 4, dropped: [])) {
            try KramersKronigTest(Array(Spectra.noisy.prefix(3)))
        }
        let empty = Spectra.noisy.map { Spectra.point($0.frequency.in(.hertz), .infinity, .infinity) }
        #expect(throws: ImpedanceError.self) { try KramersKronigTest(empty) }
    }

    @Test func `one frequency alone ends without an answer rather than without an end`() throws {
        let test = try KramersKronigTest(Array(repeating: Spectra.noisy[0], count: 6))
        #expect(test.elementCount <= 8)
        #expect(test.largestResidual < 1e-9)
    }

    private func expect(_ test: KramersKronigTest, _ sequence: [Double], mu: Double, squares: Double) {
        #expect(test.elementCount == sequence.count)
        #expect(abs(test.overfitting - mu) < 1e-7)
        #expect(isClose(test.sumOfSquares, squares, relative: 1e-6))
        #expect(zip(test.overfittingSequence, sequence).allSatisfy { abs($0 - $1) < 1e-5 })
    }
}
