/// A figure that a resistance must keep within limits to be believed, and what it means if it does not.
public struct ResistanceGate: Sendable, Hashable, Codable {
    public enum Figure: String, Sendable, Hashable, Codable, CaseIterable {
        /// Root mean square error of the fit over the root mean square of |Z|.
        case relativeError
        /// Standard deviation of R over R.
        case relativeDeviation
        /// α of the constant phase element: well below 0.7 the electrodes do more than block.
        case exponent
        /// The largest residual of the Kramers–Kronig test; NaN, which no limit admits, if that test was not possible.
        case kramersKronigResidual
        /// R over Z' at the highest frequency.
        case resistanceRatio
        /// Number of points in the fit.
        case keptPoints
    }

    public enum Severity: String, Sendable, Hashable, Codable {
        /// The resistance is doubtful but stands.
        case warning
        /// The resistance must not be used.
        case failure
    }

    public var figure: Figure
    /// Limits, inclusive; absent where any value will do.
    public var lowest: Double?
    public var highest: Double?
    public var severity: Severity

    public init(_ figure: Figure, atLeast lowest: Double? = nil, atMost highest: Double? = nil, else severity: Severity)
    {
        self.figure = figure
        self.lowest = lowest
        self.highest = highest
        self.severity = severity
    }

    public func admits(_ value: Double) -> Bool {
        !value.isNaN && value >= self.lowest ?? -.infinity && value <= self.highest ?? .infinity
    }

    /// MADAP's limit for the error (a warning, because it also shows in the deviation), and limits from experience.
    public static let standard = [
        ResistanceGate(.relativeError, atMost: 0.009, else: .warning),
        ResistanceGate(.relativeDeviation, atMost: 0.005, else: .failure),
        ResistanceGate(.exponent, atLeast: 0.7, else: .failure),
        ResistanceGate(.kramersKronigResidual, atMost: 0.01, else: .warning),
        ResistanceGate(.kramersKronigResidual, atMost: 0.03, else: .failure),
        ResistanceGate(.resistanceRatio, atLeast: 0.1, atMost: 1.05, else: .failure),
        ResistanceGate(.keptPoints, atLeast: 8, else: .failure),
    ]
}

/// A gate that a resistance did not pass.
public struct FailedGate: Sendable, Hashable, CustomStringConvertible {
    public let gate: ResistanceGate
    public let value: Double

    public var description: String {
        let limits = [self.gate.lowest.map { "at least \($0)" }, self.gate.highest.map { "at most \($0)" }]
        let wanted = limits.compactMap(\.self).joined(separator: " and ")
        return "\(self.gate.severity.rawValue): \(self.gate.figure.rawValue) is \(self.value), must be \(wanted)"
    }
}
