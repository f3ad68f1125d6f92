public import DeviceKit

/// The resistance of an electrolyte, read off one impedance spectrum, and how far it can be trusted.
public struct ResistanceEstimate: Sendable, Hashable {
    public enum Quality: String, Sendable, Hashable, Codable {
        /// All gates passed.
        case good
        /// Only warnings.
        case doubtful
        /// A gate says that the value must not be used.
        case poor
        /// No circuit could be fitted: the value is Z' where |Z''| is smallest, which is biased upwards.
        case intercept
    }

    /// With the fit's standard deviation; for an intercept, with a bound of its bias.
    public let resistance: Measured<ResistanceDimension>
    public let quality: Quality
    /// The fit that `resistance` comes from; absent for an intercept.
    public let fit: CircuitFit?
    /// Where `fit` has an inductor: the fit without it to the capacitive points alone, as MADAP does.
    public let comparison: CircuitFit?
    /// Absent if the spectrum does not allow the test.
    public let kramersKronig: KramersKronigTest?
    public let failedGates: [FailedGate]
    /// Why there is no fit.
    public let fitError: ImpedanceError?

    /// Whether a conductivity may be calculated from it.
    public var isUsable: Bool { self.quality != .poor }
}
