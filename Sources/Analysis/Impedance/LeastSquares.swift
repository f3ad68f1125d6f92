import CLapack
import CMinpack
import DeviceKit

/// The complex least squares problem of one circuit and one spectrum, for MINPACK's Levenberg–Marquardt.
struct LeastSquares {
    private let circuit: EquivalentCircuit
    private let points: [UsablePoints.Point]
    /// One over the standard deviation that a residual is thought to have, up to a common factor.
    private let weights: [Double]
    private let scales: [ParameterScale]
    private var values: [Double]
    private var workspace: CircuitProgram.Workspace

    struct Minimum {
        let values: [Double]
        let iterations: Int
        let evaluations: Int
    }

    private static let mostEvaluations: Int32 = 1000

    init(_ circuit: EquivalentCircuit, points: [UsablePoints.Point], weighting: FitWeighting) {
        self.circuit = circuit
        self.points = points
        self.weights = points.map { weighting == .unit ? 1 : 1 / $0.impedance.magnitude }
        self.scales = circuit.parameters.map { ParameterScale(bounds: $0.bounds) }
        self.values = Array(repeating: 0, count: circuit.parameters.count)
        self.workspace = CircuitProgram.Workspace(for: circuit.program)
    }

    var residualCount: Int { 2 * self.points.count }

    /// Minimises the weighted sum of squares from `guess` on. There must be more residuals than parameters.
    mutating func minimise(from guess: [Double]) throws(ImpedanceError) -> Minimum {
        let (rows, columns) = (self.residualCount, self.scales.count)
        var variables = zip(self.scales, guess).map { $0.variable($1) }
        var residuals = Array(repeating: 0.0, count: rows)
        var jacobian = Array(repeating: 0.0, count: rows * columns)
        var diagonal = Array(repeating: 0.0, count: columns)
        var pivots = Array(repeating: Int32(0), count: columns)
        var work = Array(repeating: 0.0, count: 4 * columns + rows)
        var (evaluations, iterations) = (Int32(0), Int32(0))
        let outcome = withUnsafeMutablePointer(to: &self) { problem in
            work.withUnsafeMutableBufferPointer { work -> Int32 in
                guard let work = work.baseAddress else { return 0 }
                // The context pointer lives as long as this call, and MINPACK calls back on this thread only.
                return lmder(
                    { context, rows, columns, variables, residuals, jacobian, stride, request in
                        guard let context, let variables, let residuals, let jacobian else { return -1 }
                        let problem = context.assumingMemoryBound(to: LeastSquares.self)
                        if request == 1 {
                            problem.pointee.fill(residuals: residuals, at: variables)
                            return 0
                        }
                        return problem.pointee.fill(jacobian: jacobian, stride: Int(stride), at: variables) ? 0 : -1
                    },
                    UnsafeMutableRawPointer(problem),
                    Int32(rows),
                    Int32(columns),
                    &variables,
                    &residuals,
                    &jacobian,
                    Int32(rows),
                    1e-15,
                    1e-12,
                    0,
                    Self.mostEvaluations,
                    &diagonal,
                    1,
                    10,
                    0,
                    &evaluations,
                    &iterations,
                    &pivots,
                    work,
                    work + columns,
                    work + 2 * columns,
                    work + 3 * columns,
                    work + 4 * columns
                )
            }
        }
        // 1…4: a tolerance was met; 6…8: no further improvement is possible in double precision.
        guard (1...4).contains(outcome) || (6...8).contains(outcome) else {
            throw .notConverged(evaluations: Int(evaluations))
        }
        return Minimum(
            values: zip(self.scales, variables).map { $0.value($1) },
            iterations: Int(iterations),
            evaluations: Int(evaluations)
        )
    }

    /// Standard deviations of the parameters: the square roots of the diagonal of s²·(JᵀJ)⁻¹, with J by the parameters
    /// themselves and s² the sum of squares over its degrees of freedom.
    ///
    /// J's columns are brought to length one and J is decomposed by LAPACK's `dgesdd`, so that a parameter which the
    /// spectrum leaves open shows as a singular value of zero.
    mutating func standardDeviations(at values: [Double]) throws(ImpedanceError) -> [Double] {
        let (rows, columns) = (self.residualCount, values.count)
        self.values = values
        var jacobian = Array(repeating: 0.0, count: rows * columns)
        var sumOfSquares = 0.0
        for (index, (point, weight)) in zip(self.points, self.weights).enumerated() {
            let model = self.circuit.program.impedance(
                at: point.frequency,
                values: self.values,
                workspace: &self.workspace
            )
            sumOfSquares += weight * weight * (model - point.impedance).squaredMagnitude
            for column in 0..<columns {
                jacobian[column * rows + 2 * index] = weight * self.workspace.derivatives[column].real
                jacobian[column * rows + 2 * index + 1] = weight * self.workspace.derivatives[column].imaginary
            }
        }
        let lengths = (0..<columns).map { column in
            jacobian[column * rows..<(column + 1) * rows].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let names = self.circuit.parameters.map(\.name)
        let undetermined = zip(names, lengths).filter { !$1.isNormal }.map(\.0)
        guard undetermined.isEmpty else { throw .singular(parameters: undetermined) }
        for column in 0..<columns {
            for row in 0..<rows { jacobian[column * rows + row] /= lengths[column] }
        }
        let (singularValues, directions) = try Self.decompose(&jacobian, rows: rows, columns: columns, names: names)
        let variance = sumOfSquares / Double(rows - columns)
        return (0..<columns).map { column in
            var sum = 0.0
            for k in 0..<columns {
                let share = directions[column * columns + k] / singularValues[k]
                sum += share * share
            }
            return (variance * sum).squareRoot() / lengths[column]
        }
    }

    /// Singular values of a column-major matrix, and the right singular vectors (element `j * columns + k` is component
    /// j of vector k).
    private static func decompose(
        _ matrix: inout [Double],
        rows: Int,
        columns: Int,
        names: [String]
    ) throws(ImpedanceError) -> ([Double], [Double]) {
        var singularValues = Array(repeating: 0.0, count: columns)
        var directions = Array(repeating: 0.0, count: columns * columns)
        var unused = [0.0]
        let outcome = LAPACKE_dgesdd(
            LAPACK_COL_MAJOR,
            CChar(UInt8(ascii: "O")),
            Int32(rows),
            Int32(columns),
            &matrix,
            Int32(rows),
            &singularValues,
            &unused,
            1,
            &directions,
            Int32(columns)
        )
        let smallest = singularValues[columns - 1]
        guard outcome == 0, smallest > 1e-12 * singularValues[0] else {
            let open = names.indices.filter { abs(directions[$0 * columns + columns - 1]) > 0.1 }
            throw .singular(parameters: outcome == 0 ? open.map { names[$0] } : names)
        }
        return (singularValues, directions)
    }

    private mutating func fill(residuals: UnsafeMutablePointer<Double>, at variables: UnsafePointer<Double>) {
        self.setValues(variables)
        var sum = 0.0
        for (index, point) in self.points.enumerated() {
            let model = self.circuit.program.impedance(
                at: point.frequency,
                values: self.values,
                workspace: &self.workspace
            )
            let residual = (model - point.impedance) * self.weights[index]
            residuals[2 * index] = residual.real
            residuals[2 * index + 1] = residual.imaginary
            sum += residual.squaredMagnitude
        }
        // A step into overflow is answered with a residual so large that MINPACK takes it back.
        if !sum.isFinite {
            for index in 0..<self.residualCount { residuals[index] = 1e100 }
        }
    }

    private mutating func fill(
        jacobian: UnsafeMutablePointer<Double>,
        stride: Int,
        at variables: UnsafePointer<Double>
    ) -> Bool {
        self.setValues(variables)
        let slopes = self.scales.indices.map { self.scales[$0].slope(variables[$0]) }
        var sum = 0.0
        for (index, point) in self.points.enumerated() {
            _ = self.circuit.program.impedance(at: point.frequency, values: self.values, workspace: &self.workspace)
            for (column, slope) in slopes.enumerated() {
                let derivative = self.workspace.derivatives[column] * (slope * self.weights[index])
                jacobian[column * stride + 2 * index] = derivative.real
                jacobian[column * stride + 2 * index + 1] = derivative.imaginary
                sum += derivative.squaredMagnitude
            }
        }
        return sum.isFinite
    }

    private mutating func setValues(_ variables: UnsafePointer<Double>) {
        for index in self.scales.indices { self.values[index] = self.scales[index].value(variables[index]) }
    }
}
