import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// A result with what was measured for it, and how its impedance is fitted.
struct ResultReport: Encodable {
    struct Point: Encodable {
        var frequency_Hz: Double
        var real_ohm: Double
        var imaginary_ohm: Double
    }

    /// (Z − Ẑ)/|Z|.
    struct Residual: Encodable {
        var frequency_Hz: Double
        var real: Double
        var imaginary: Double
    }

    struct Parameter: Encodable {
        var name: String
        var value: Double
        var deviation: Double
        var unit: String
    }

    struct Spectrum: Encodable {
        var repetition: Int
        var points: [Point]
        var circuit: String?
        var fit: [Point]
        var residuals: [Residual]
        var parameters: [Parameter]
        /// Why there is no fit.
        var error: String?
    }

    var entry: OutboxEntry
    /// The body of the post.
    var payload: String
    var run: String?
    var spectra: [Spectrum]

    /// - Parameter steps: of the run that made it.
    init(_ item: OutboxItem, steps: [StepRecord]) {
        self.entry = OutboxEntry(item)
        self.payload = item.payload
        self.run = item.run?.description
        self.spectra = steps.compactMap { step in
            guard case .measured(let measurement) = try? step.outcome?.decode(StepOutcome.self) else { return nil }
            return Spectrum(measurement)
        }.sorted { $0.repetition < $1.repetition }
    }
}

extension ResultReport.Spectrum {
    fileprivate init(_ measurement: StepOutcome.Measurement) {
        self.init(
            repetition: measurement.repetition,
            points: measurement.points.filter(\.isFinite).map {
                .init(
                    frequency_Hz: $0.frequency.in(.hertz), real_ohm: $0.real.in(.ohm),
                    imaginary_ohm: $0.imaginary.in(.ohm))
            }, fit: [], residuals: [], parameters: [])
        do throws(ImpedanceError) {
            let estimate = try ElectrolyteResistance().estimate(from: measurement.points)
            guard let fit = estimate.fit else {
                self.error = estimate.fitError.map { "\($0)" }
                return
            }
            self.take(fit, measurement.points)
        } catch {
            self.error = "\(error)"
        }
    }

    private mutating func take(_ fit: CircuitFit, _ points: [ImpedancePoint]) {
        self.circuit = fit.circuit.description
        self.parameters = fit.parameters.filter { $0.value.isFinite && $0.standardDeviation.isFinite }.map {
            .init(
                name: $0.parameter.name, value: $0.value, deviation: $0.standardDeviation, unit: $0.parameter.unit)
        }
        let usable = points.filter { $0.isFinite && !$0.isOverloaded && $0.frequency.si > 0 }
        for point in usable.sorted(by: { $0.frequency < $1.frequency }) {
            let model = fit.circuit.impedance(at: point.frequency, values: fit.values)
            let (real, imaginary) = (model.real.in(.ohm), model.imaginary.in(.ohm))
            guard real.isFinite, imaginary.isFinite else { continue }
            self.fit.append(
                .init(frequency_Hz: point.frequency.in(.hertz), real_ohm: real, imaginary_ohm: imaginary))
            let (a, b) = (point.real.in(.ohm), point.imaginary.in(.ohm))
            let magnitude = (a * a + b * b).squareRoot()
            guard magnitude > 0 else { continue }
            self.residuals.append(
                .init(
                    frequency_Hz: point.frequency.in(.hertz), real: (a - real) / magnitude,
                    imaginary: (b - imaginary) / magnitude))
        }
    }
}

extension ImpedancePoint {
    fileprivate var isFinite: Bool { self.frequency.isFinite && self.real.isFinite && self.imaginary.isFinite }
}
