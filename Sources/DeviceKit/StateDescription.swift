/// What a profile says of one state, for those who read it.
public struct StateDescription: Sendable, Hashable {
    public var name: String
    public var kind: ValueKind
    /// How often it is worth a look; nil for states that are read on demand.
    public var poll: Duration?

    public init(name: String, kind: ValueKind, poll: Duration? = nil) {
        self.name = name
        self.kind = kind
        self.poll = poll
    }
}
