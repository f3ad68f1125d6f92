/// What a profile says of one state, for those who read it.
public struct StateDescription: Sendable, Hashable {
    public var name: String
    public var kind: ValueKind
    /// Standard uncertainty of a reading, in the unit of `kind`; nil where it is not known.
    public var uncertainty: Double?
    /// How often it is worth a look; nil for states that are read on demand.
    public var poll: Duration?

    public init(name: String, kind: ValueKind, uncertainty: Double? = nil, poll: Duration? = nil) {
        self.name = name
        self.kind = kind
        self.uncertainty = uncertainty
        self.poll = poll
    }
}
