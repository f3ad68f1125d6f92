import Analysis
import DeviceKit
import Glibc

/// Times the fit of R0-p(R1,CPE1)-CPE2 to 60 points with 0.2 % noise from a poor guess, and prints one line of JSON:
/// the median time and the fitted parameters. `Benchmarks/impedance_peer.py` does the same with impedance.py.
@main struct ImpedanceFit {
    static let circuit = EquivalentCircuit.arcBeforeBlockingElectrode
    static let truth = [10, 50, 1e-5, 0.9, 1e-3, 0.8]
    static let guess = [8, 40, 2e-5, 0.8, 2e-3, 0.7]
    static let repetitions = 500

    static func main() throws {
        let spectrum = self.spectrum()
        var fit = try CircuitFit(self.circuit, to: spectrum, guess: self.guess)
        var times: [Double] = []
        for _ in 0..<self.repetitions {
            let duration = try ContinuousClock().measure {
                fit = try CircuitFit(self.circuit, to: spectrum, guess: self.guess)
            }
            times.append(duration / .milliseconds(1))
        }
        times.sort()
        let values = fit.values.map(\.description).joined(separator: ", ")
        let deviations = fit.parameters.map(\.standardDeviation.description).joined(separator: ", ")
        print(
            "{\"milliseconds\": \(times[times.count / 2]), \"values\": [\(values)], "
                + "\"standard_deviations\": [\(deviations)]}"
        )
    }

    /// 1 MHz down to 0.1 Hz, logarithmically spaced; point k is off by |Z|·0.002·(sin(2.3k + 0.7) + j·cos(1.7k + 0.2)).
    private static func spectrum() -> [ImpedancePoint] {
        (0..<60).map { index in
            let k = Double(index)
            let frequency = Frequency(pow(10, 6 - 7 * k / 59), .hertz)
            let (real, imaginary) = self.circuit.impedance(at: frequency, values: self.truth)
            let size = 0.002 * hypot(real.in(.ohm), imaginary.in(.ohm))
            return ImpedancePoint(
                frequency: frequency,
                real: real + Resistance(size * sin(2.3 * k + 0.7), .ohm),
                imaginary: imaginary + Resistance(size * cos(1.7 * k + 0.2), .ohm)
            )
        }
    }
}
