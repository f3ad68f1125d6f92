/// How well a mixture meets what was asked for, 5 (best) to 0.
public struct MixtureRating: Sendable, Hashable {
    /// 5, 4, 3, 2, 1 for a relative error of at most 0.5, 1, 2, 5, 10 %; 0 beyond.
    public let score: Int
    /// ‖requested − actual‖ / ‖requested‖ over the mole fractions of all chemicals that either of them contains.
    public let relativeError: Double

    public init(requested: Composition, actual: Composition) {
        let norm = requested.moleFractions.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        self.init(relativeError: requested.distance(to: actual) / norm.squareRoot())
    }

    public init(relativeError: Double) {
        self.relativeError = relativeError
        let bounds = [0.10, 0.05, 0.02, 0.01, 0.005]
        self.score = bounds.count { relativeError <= $0 }
    }
}
