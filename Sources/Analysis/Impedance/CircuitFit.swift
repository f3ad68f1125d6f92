public import DeviceKit

/// What a residual of a fit is divided by.
public enum FitWeighting: String, Sendable, Hashable, Codable {
    /// Nothing; as MADAP and impedance.py do by default.
    case unit
    /// |Z| measured; better where |Z| spans decades.
    case modulus
}

/// One parameter after a fit, in the unit of `parameter`.
public struct FittedParameter: Sendable, Hashable {
    public let parameter: CircuitParameter
    public let value: Double
    /// From the scatter of the residuals (s²·(JᵀJ)⁻¹ with s² over 2N − p degrees of freedom, as scipy's `curve_fit`).
    public let standardDeviation: Double
}

/// A circuit fitted to a spectrum by complex non-linear least squares (MINPACK's Levenberg–Marquardt with analytic
/// derivatives).
///
///     let fit = try CircuitFit(.blockingElectrodes, to: record.points)
///     fit["R0"]?.value  // Ω
public struct CircuitFit: Sendable, Hashable {
    public let circuit: EquivalentCircuit
    public let weighting: FitWeighting
    /// In the circuit's order.
    public let parameters: [FittedParameter]
    /// √(mean |Z − Ẑ|²) over the points kept.
    public let rootMeanSquareError: Resistance
    /// `rootMeanSquareError` over √(mean |Z|²).
    public let relativeError: Double
    /// Σ |Z − Ẑ|²/|Z|².
    public let relativeChiSquare: Double
    /// `relativeChiSquare` over its 2N − p degrees of freedom.
    public let reducedChiSquare: Double
    public let iterations: Int
    public let totalPointCount: Int
    /// The points left out, and why.
    public let dropped: [DroppedPoint]
    public var keptPointCount: Int { self.totalPointCount - self.dropped.count }

    public subscript(name: String) -> FittedParameter? { self.parameters.first { $0.parameter.name == name } }
    public var values: [Double] { self.parameters.map(\.value) }

    /// Fits `circuit` to the usable points: finite, of a frequency above zero and not overloaded.
    ///
    /// - Parameter guess: Starting values in the circuit's order, not negative; read off the spectrum when absent, which
    ///   the circuits R-CPE and L-R-CPE allow.
    public init(
        _ circuit: EquivalentCircuit,
        to spectrum: [ImpedancePoint],
        weighting: FitWeighting = .unit,
        inductivePoints: InductivePoints = .keep,
        guess: [Double]? = nil
    ) throws(ImpedanceError) {
        let usable = UsablePoints(spectrum, inductivePoints: inductivePoints)
        let points = usable.points
        let parameterCount = circuit.parameters.count
        guard 2 * points.count > parameterCount else {
            throw .tooFewPoints(usable: points.count, needed: parameterCount / 2 + 1, dropped: usable.dropped)
        }
        let start =
            if let guess { guess } else { try StartingValues(for: circuit, usable: usable).values }
        guard start.count == parameterCount, start.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw .badGuess(
                circuit: circuit.description,
                reason: "needs \(parameterCount) finite numbers that are not negative, found \(start)"
            )
        }
        var problem = LeastSquares(circuit, points: points, weighting: weighting)
        let minimum = try problem.minimise(from: start)
        let deviations = try problem.standardDeviations(at: minimum.values)
        let misfit = Misfit(circuit, values: minimum.values, points: points)

        self.circuit = circuit
        self.weighting = weighting
        self.parameters = zip(circuit.parameters, zip(minimum.values, deviations)).map {
            FittedParameter(parameter: $0, value: $1.0, standardDeviation: $1.1)
        }
        self.rootMeanSquareError = Resistance(si: (misfit.absolute / Double(points.count)).squareRoot())
        self.relativeError = (misfit.absolute / misfit.magnitude).squareRoot()
        self.relativeChiSquare = misfit.relative
        self.reducedChiSquare = misfit.relative / Double(2 * points.count - parameterCount)
        self.iterations = minimum.iterations
        self.totalPointCount = spectrum.count
        self.dropped = usable.dropped
    }
}

/// Sums over the points: |Z − Ẑ|², |Z|² and |Z − Ẑ|²/|Z|².
private struct Misfit {
    var absolute = 0.0
    var magnitude = 0.0
    var relative = 0.0

    init(_ circuit: EquivalentCircuit, values: [Double], points: [UsablePoints.Point]) {
        var workspace = CircuitProgram.Workspace(for: circuit.program)
        for point in points {
            let model = circuit.program.impedance(at: point.frequency, values: values, workspace: &workspace)
            let square = (model - point.impedance).squaredMagnitude
            self.absolute += square
            self.magnitude += point.impedance.squaredMagnitude
            self.relative += square / point.impedance.squaredMagnitude
        }
    }
}
