/// Why a spectrum gives no result.
public enum ImpedanceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Fewer usable points than the evaluation needs; `dropped` says which were not usable.
    case tooFewPoints(usable: Int, needed: Int, dropped: [DroppedPoint])
    /// No automatic starting values exist for this circuit, or those given do not fit it.
    case badGuess(circuit: String, reason: String)
    /// The fit ended away from a minimum, after so many evaluations of the circuit.
    case notConverged(evaluations: Int)
    /// The spectrum does not determine these parameters.
    case singular(parameters: [String])

    public var description: String {
        switch self {
        case .tooFewPoints(let usable, let needed, let dropped):
            "\(usable) usable points of at least \(needed)" + Self.summary(of: dropped)
        case .badGuess(let circuit, let reason): "starting values for \(circuit): \(reason)"
        case .notConverged(let evaluations): "the fit did not converge in \(evaluations) evaluations"
        case .singular(let parameters):
            "the spectrum does not determine \(parameters.joined(separator: ", ")); take a simpler circuit"
        }
    }

    private static func summary(of dropped: [DroppedPoint]) -> String {
        let counts = DroppedPoint.Reason.allCases.compactMap { reason in
            let count = dropped.count { $0.reason == reason }
            return count == 0 ? nil : "\(count) \(reason.rawValue)"
        }
        return counts.isEmpty ? "" : "; dropped: " + counts.joined(separator: ", ")
    }
}

/// A point of a spectrum that was left out, and why.
public struct DroppedPoint: Sendable, Hashable, Codable {
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// A part of the impedance or the frequency is NaN or infinite, as for an empty cell.
        case notFinite = "not finite"
        case frequencyNotPositive = "frequency not positive"
        case overloaded
        /// |Z| = 0.
        case zeroImpedance = "zero impedance"
        /// Z'' ≥ 0 where only capacitive points were asked for.
        case inductive
    }

    /// Place in the spectrum as measured, from 0.
    public let index: Int
    public let reason: Reason

    public init(index: Int, reason: Reason) {
        self.index = index
        self.reason = reason
    }
}
