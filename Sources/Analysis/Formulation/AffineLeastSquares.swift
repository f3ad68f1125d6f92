/// Least squares with weights that sum to 1.
enum AffineLeastSquares {
    /// The weights w with Σw = 1 that minimise ‖Σ w_k p_k − t‖, nil when the points p_k are affinely dependent.
    ///
    /// The constraint is eliminated by taking differences to the first point; the rest is solved by Gram-Schmidt
    /// orthogonalisation, done twice over so that it stays orthogonal to rounding.
    static func weights(of points: [[Double]], for target: [Double]) -> [Double]? {
        guard let origin = points.first else { return nil }
        var basis: [[Double]] = []
        var triangle: [[Double]] = []  // column k: how difference k is made of the basis
        for point in points.dropFirst() {
            var rest = zip(point, origin).map { $0 - $1 }
            let length = self.dot(rest, rest).squareRoot()
            var column = [Double](repeating: 0, count: basis.count + 1)
            for _ in 0..<2 {
                for (index, direction) in basis.enumerated() {
                    let part = self.dot(direction, rest)
                    column[index] += part
                    for row in rest.indices { rest[row] -= part * direction[row] }
                }
            }
            let norm = self.dot(rest, rest).squareRoot()
            guard norm > 1e-9 * length else { return nil }
            column[basis.count] = norm
            basis.append(rest.map { $0 / norm })
            triangle.append(column)
        }
        var solution = basis.map { direction in
            zip(direction, zip(target, origin)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
        }
        for k in solution.indices.reversed() {
            for later in (k + 1)..<solution.count { solution[k] -= triangle[later][k] * solution[later] }
            solution[k] /= triangle[k][k]
        }
        return [1 - solution.reduce(0, +)] + solution
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
