import Glibc

/// The free variable θ by which a fit moves a bounded parameter p.
///
/// A parameter that must not be negative is p = exp θ; one between two bounds is p = middle + half width · sin θ,
/// which can reach either bound (as MINUIT does, James and Roos, Comput. Phys. Commun. 10 (1975) 343).
enum ParameterScale: Sendable {
    case logarithmic
    case bounded(middle: Double, halfWidth: Double)

    init(bounds: ClosedRange<Double>) {
        if bounds.upperBound.isFinite {
            self = .bounded(
                middle: (bounds.lowerBound + bounds.upperBound) / 2,
                halfWidth: (bounds.upperBound - bounds.lowerBound) / 2
            )
        } else {
            self = .logarithmic
        }
    }

    /// p. Finite and not negative for every θ.
    func value(_ variable: Double) -> Double {
        switch self {
        case .logarithmic: exp(min(max(variable, -690), 690))
        case .bounded(let middle, let halfWidth): middle + halfWidth * sin(variable)
        }
    }

    /// dp/dθ.
    func slope(_ variable: Double) -> Double {
        switch self {
        case .logarithmic: self.value(variable)
        case .bounded(_, let halfWidth): halfWidth * cos(variable)
        }
    }

    /// θ of a starting value. At a bound dp/dθ is zero, so a fit would never leave it: it starts a little inside.
    func variable(_ value: Double) -> Double {
        switch self {
        case .logarithmic: log(max(value, 1e-290))
        case .bounded(let middle, let halfWidth): asin(min(max((value - middle) / halfWidth, -0.995), 0.995))
        }
    }
}
