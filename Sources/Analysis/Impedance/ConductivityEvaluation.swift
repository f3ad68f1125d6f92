public import DeviceKit

/// The ionic conductivity κ = K/R of one mixture from repeated impedance measurements, with its uncertainty by the GUM
/// (JCGM 100:2008) and a rating.
///
/// The uncertainty of the mean of n repeats is u² = s²/n + mean(sₖ²)/n + (κ·u(K)/K)², with s the standard deviation of
/// the repeats, sₖ = K·u(Rₖ)/Rₖ² that of each by its fit, and the cell constant's part once, because all repeats share
/// the cell constant. Nothing is converted to another temperature.
public struct ConductivityEvaluation: Sendable, Hashable {
    /// One measurement, in the order made.
    public struct Repeat: Sendable, Hashable {
        /// The resistance, or why there is none.
        public let resistance: Result<ResistanceEstimate, ImpedanceError>
        /// K/R with the fit's uncertainty alone; absent if the repeat was not used.
        public let conductivity: Measured<ConductivityDimension>?
        public var isUsed: Bool { self.conductivity != nil }
    }

    public let repeats: [Repeat]
    public let cell: CellConstantCalibration
    /// The mean of the repeats used and its standard uncertainty; absent without any.
    public let conductivity: Measured<ConductivityDimension>?
    /// The uncertainty without the cell constant's part, over the mean; absent without a repeat.
    public let relativeRepeatability: Double?
    /// Absent with fewer than three repeats used.
    public let drift: SubsampleDrift?
    /// 0…5 by `relativeRepeatability`: 5 up to 0.5 %, 4 up to 1 %, 3 up to 2 %, 2 up to 5 %, 1 up to 10 %; at most 2
    /// from a single repeat or with an intercept among the resistances; 0 without a repeat.
    public let rating: Int

    /// Whether there is a conductivity to report.
    public var isSuccess: Bool { self.conductivity != nil }

    public init(_ resistances: [Result<ResistanceEstimate, ImpedanceError>], cell: CellConstantCalibration) {
        let repeats = resistances.map { Repeat($0, cell: cell) }
        let values = repeats.compactMap(\.conductivity).map { (value: $0.value.si, deviation: $0.uncertainty.si) }
        self.repeats = repeats
        self.cell = cell
        guard !values.isEmpty else {
            self.conductivity = nil
            self.relativeRepeatability = nil
            self.drift = nil
            self.rating = 0
            return
        }
        let mean = values.reduce(0) { $0 + $1.value / Double(values.count) }
        let repeatability = Self.deviationOfMean(values, mean: mean) / mean
        let uncertainty = mean * Self.root(repeatability, cell.constant.relativeUncertainty)
        self.conductivity = Measured(Conductivity(si: mean), uncertainty: Conductivity(si: uncertainty))
        self.relativeRepeatability = repeatability
        self.drift = SubsampleDrift(values)
        let hasIntercept = repeats.contains { $0.isUsed && (try? $0.resistance.get())?.quality == .intercept }
        let best = values.count < 2 || hasIntercept ? 2 : 5
        self.rating = min(Self.rating(repeatability), best)
    }

    /// Evaluates the spectra of consecutive portions of one mixture.
    public init(
        spectra: [[ImpedancePoint]],
        cell: CellConstantCalibration,
        by method: ElectrolyteResistance = ElectrolyteResistance()
    ) {
        let resistances = spectra.map { spectrum in
            Result { () throws(ImpedanceError) in try method.estimate(from: spectrum) }
        }
        self.init(resistances, cell: cell)
    }

    private static func deviationOfMean(_ values: [(value: Double, deviation: Double)], mean: Double) -> Double {
        let count = Double(values.count)
        let scatter = values.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
        let variance = values.count > 1 ? scatter / (count - 1) : 0
        let meanOfSquares = values.reduce(0) { $0 + $1.deviation * $1.deviation } / count
        return ((variance + meanOfSquares) / count).squareRoot()
    }

    private static func root(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }

    private static func rating(_ relative: Double) -> Int {
        switch relative {
        case ...0.005: 5
        case ...0.01: 4
        case ...0.02: 3
        case ...0.05: 2
        case ...0.1: 1
        default: 0
        }
    }
}

extension ConductivityEvaluation.Repeat {
    /// A resistance is used if its gates allow it and it is a positive number with an uncertainty.
    fileprivate init(_ resistance: Result<ResistanceEstimate, ImpedanceError>, cell: CellConstantCalibration) {
        self.resistance = resistance
        self.conductivity = (try? resistance.get()).flatMap { Self.conductivity(of: $0, cell: cell) }
    }

    private static func conductivity(
        of estimate: ResistanceEstimate,
        cell: CellConstantCalibration
    ) -> Measured<ConductivityDimension>? {
        let resistance = estimate.resistance
        guard estimate.isUsable, resistance.value.isFinite, resistance.value > .zero else { return nil }
        let conductivity = cell.constant.value / resistance.value
        let uncertainty = conductivity * resistance.relativeUncertainty
        guard conductivity.isFinite, conductivity > .zero, uncertainty.isFinite else { return nil }
        return Measured(conductivity, uncertainty: uncertainty)
    }
}
