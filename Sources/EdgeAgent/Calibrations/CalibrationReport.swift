import Methods
import Protocols
import Store

/// One calibration for people and scripts.
public struct CalibrationReport: Sendable, Hashable, Codable {
    public var id: String
    public var kind: String
    public var subject: String
    /// Nil where nothing valid was measured.
    public var value: Double?
    public var uncertainty: Double?
    public var unit: String
    public var passed: Bool
    /// ISO 8601, UTC.
    public var determined: String
    public var person: String
    public var run: String
    /// Why it must not be used.
    public var faults: [String]
    /// As JSON.
    public var detail: String

    init(_ calibration: Calibration) {
        self.id = calibration.id.description
        self.kind = calibration.kind
        self.subject = calibration.subject
        self.value = calibration.value
        self.uncertainty = calibration.uncertainty
        self.unit = calibration.unit
        self.passed = calibration.isPassed
        self.determined = calibration.determined.text
        self.person = calibration.person
        self.run = calibration.run.description
        self.faults = (calibration.detail["faults"]?.array ?? []).compactMap(\.string)
        self.detail = calibration.detail.text()
    }

    /// `cell constant of electrochemistry: 1.0021 ± 0.0012 1/cm`.
    public var words: String {
        let verdict = self.passed ? "" : "; not to be used: \(self.faults.joined(separator: "; "))"
        return "\(self.kind) of \(self.subject): \(self.found)\(verdict)"
    }

    private var found: String {
        guard let value, let uncertainty else { return "no value" }
        return "\(Self.rounded(value)) ± \(Self.rounded(uncertainty)) \(self.unit)"
    }

    private static func rounded(_ number: Double) -> Double { (number * 1e6).rounded() / 1e6 }
}

extension CalibrationRecord {
    init(_ calibration: Calibration) {
        self.init(
            id: calibration.id.description, kind: calibration.kind, subject: calibration.subject,
            value: calibration.value, uncertainty: calibration.uncertainty,
            described: calibration.detail[LineVolumeDetermination.describedKey]?.double, isPassed: calibration.isPassed,
            determined: String(calibration.determined.text.prefix(10)))
    }
}
