import CLapack
public import DeviceKit
import Glibc

/// The linear Kramers–Kronig test: whether a spectrum can be that of a linear, causal and stable cell at all.
///
/// A chain of M resistor-capacitor elements with fixed time constants, a resistor, a capacitor and an inductor is
/// fitted by linear least squares; M grows until μ falls to `threshold` (Schönleber, Klotz and Ivers-Tiffée,
/// Electrochim. Acta 131 (2014) 20). A spectrum that drifted while it was measured leaves large residuals. It is a test
/// of plausibility: even exact data leave up to 0.1 %.
public struct KramersKronigTest: Sendable, Hashable {
    /// Number of resistor-capacitor elements, M.
    public let elementCount: Int
    /// 1 − Σ|Rₖ < 0| / Σ Rₖ ≥ 0: near one while the chain is too short, small once it follows the noise.
    public let overfitting: Double
    /// μ for M = 1, 2, …
    public let overfittingSequence: [Double]
    /// (Z − Ẑ)/|Z| of each usable point, real and imaginary part.
    public let residuals: [Residual]

    public struct Residual: Sendable, Hashable {
        public let frequency: Frequency
        public let real: Double
        public let imaginary: Double
    }

    public var sumOfSquares: Double {
        self.residuals.reduce(0) { $0 + $1.real * $1.real + $1.imaginary * $1.imaginary }
    }
    /// The largest residual of a real or an imaginary part.
    public var largestResidual: Double {
        self.residuals.reduce(0) { max($0, abs($1.real), abs($1.imaginary)) }
    }

    /// Tests all usable points (finite, frequency above zero, not overloaded), the inductive ones too.
    ///
    /// - Parameter threshold: μ at which the chain is long enough.
    /// - Parameter mostElements: At least 1; shortened so that there are more equations than unknowns.
    public init(
        _ spectrum: [ImpedancePoint],
        threshold: Double = 0.85,
        mostElements: Int = 50
    ) throws(ImpedanceError) {
        let usable = UsablePoints(spectrum)
        let points = usable.points
        guard points.count >= Self.neededPoints else {
            throw .tooFewPoints(usable: points.count, needed: Self.neededPoints, dropped: usable.dropped)
        }
        var chain = try RelaxationChain(length: 1, fittedTo: points)
        var sequence = [chain.overfitting]
        let longest = max(1, min(mostElements, 2 * points.count - RelaxationChain.otherElements - 1))
        while chain.overfitting > threshold, sequence.count < longest {
            chain = try RelaxationChain(length: sequence.count + 1, fittedTo: points)
            sequence.append(chain.overfitting)
        }
        self.elementCount = sequence.count
        self.overfitting = chain.overfitting
        self.overfittingSequence = sequence
        self.residuals = zip(points, chain.residuals).map { point, residual in
            Residual(
                frequency: Frequency(si: point.frequency.value / (2 * .pi)),
                real: residual.real,
                imaginary: residual.imaginary
            )
        }
    }

    private static let neededPoints = 4
}

/// A resistor, a capacitor, an inductor and `length` resistor-capacitor elements in series, fitted to points whose
/// residuals are weighted by 1/|Z|.
private struct RelaxationChain {
    let overfitting: Double
    let residuals: [Complex]

    static let otherElements = 3

    init(length: Int, fittedTo points: [UsablePoints.Point]) throws(ImpedanceError) {
        let (rows, columns) = (2 * points.count, length + Self.otherElements)
        let constants = Self.timeConstants(length, points)
        var matrix = Array(repeating: 0.0, count: rows * columns)
        var target = Array(repeating: 0.0, count: max(rows, columns))
        for (index, point) in points.enumerated() {
            let ω = point.frequency.value
            let weight = 1 / point.impedance.magnitude
            let chain = constants.map { Complex(1, ω * $0).reciprocal }
            let basis = chain + [Complex(1), Complex(0, -1 / ω), Complex(0, ω)]
            for (column, function) in basis.enumerated() {
                matrix[column * rows + 2 * index] = weight * function.real
                matrix[column * rows + 2 * index + 1] = weight * function.imaginary
            }
            target[2 * index] = weight * point.impedance.real
            target[2 * index + 1] = weight * point.impedance.imaginary
        }
        let coefficients = try Self.solve(matrix, target, rows: rows, columns: columns)

        self.residuals = points.indices.map { index in
            var residual = Complex(target[2 * index], target[2 * index + 1])
            for (column, coefficient) in coefficients.enumerated() {
                residual.real -= coefficient * matrix[column * rows + 2 * index]
                residual.imaginary -= coefficient * matrix[column * rows + 2 * index + 1]
            }
            return residual
        }
        let resistances = coefficients.prefix(length)
        let negative = resistances.reduce(0) { $1 < 0 ? $0 - $1 : $0 }
        let positive = resistances.reduce(0) { $1 < 0 ? $0 : $0 + $1 }
        self.overfitting = negative == 0 ? 1 : 1 - negative / max(positive, .leastNormalMagnitude)
    }

    /// Logarithmically spaced over the measured range; a single one stands at its low end.
    private static func timeConstants(_ count: Int, _ points: [UsablePoints.Point]) -> [Double] {
        let frequencies = points.map(\.frequency.value)
        guard let lowest = frequencies.min(), let highest = frequencies.max(), count > 1 else {
            return frequencies.min().map { [1 / $0] } ?? []
        }
        let logarithms = points.map(\.frequency.logarithm)
        let span = (logarithms.max() ?? 0) - (logarithms.min() ?? 0)
        return (0..<count).map { k in
            k == count - 1 ? 1 / lowest : 1 / highest * exp(span * Double(k) / Double(count - 1))
        }
    }

    /// Linear least squares by LAPACK's `dgelsd` (singular value decomposition), with columns brought to length one.
    private static func solve(
        _ matrix: [Double],
        _ target: [Double],
        rows: Int,
        columns: Int
    ) throws(ImpedanceError) -> [Double] {
        var (matrix, solution) = (matrix, target)
        let lengths = (0..<columns).map { column in
            matrix[column * rows..<(column + 1) * rows].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        for column in 0..<columns where lengths[column] > 0 {
            for row in 0..<rows { matrix[column * rows + row] /= lengths[column] }
        }
        var singularValues = Array(repeating: 0.0, count: min(rows, columns))
        var rank: Int32 = 0
        let outcome = LAPACKE_dgelsd(
            LAPACK_COL_MAJOR,
            Int32(rows),
            Int32(columns),
            1,
            &matrix,
            Int32(rows),
            &solution,
            Int32(max(rows, columns)),
            &singularValues,
            -1,
            &rank
        )
        guard outcome == 0 else { throw .notConverged(evaluations: columns) }
        return (0..<columns).map { lengths[$0] > 0 ? solution[$0] / lengths[$0] : 0 }
    }
}
