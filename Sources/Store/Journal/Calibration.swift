public import Protocols

/// What a measurement of a standard found out about an instrument or a tube. It never changes: the newest of its kind and
/// subject counts.
public struct Calibration: Sendable, Hashable, Identifiable {
    public let id: UUIDv7
    /// What was determined, `cell constant` for example.
    public let kind: String
    /// Of what, as the lab's description names it.
    public let subject: String
    /// In `unit`, with its standard uncertainty; nil where nothing valid was measured.
    public let value: Double?
    public let uncertainty: Double?
    public let unit: String
    /// False for a check that was not passed: the value must not be used.
    public let isPassed: Bool
    public let detail: JSONValue
    /// In which it was measured.
    public let run: UUIDv7
    public let person: String
    public let determined: Moment
}

/// A calibration on its way into the journal.
public struct NewCalibration: Sendable, Hashable {
    public var kind: String
    public var subject: String
    /// Nil for one that was not passed because nothing valid was measured.
    public var value: Double?
    public var uncertainty: Double?
    public var unit: String
    public var isPassed: Bool
    public var detail: JSONValue
    public var person: String

    public init(
        kind: String, subject: String, value: Double?, uncertainty: Double?, unit: String, isPassed: Bool,
        detail: JSONValue, person: String
    ) {
        self.kind = kind
        self.subject = subject
        self.value = value
        self.uncertainty = uncertainty
        self.unit = unit
        self.isPassed = isPassed
        self.detail = detail
        self.person = person
    }
}
