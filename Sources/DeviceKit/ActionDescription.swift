/// What a profile says of one action, for those who ask for it.
public struct ActionDescription: Sendable, Hashable {
    public struct Argument: Sendable, Hashable {
        public var name: String
        public var kind: ValueKind
        /// In the unit of `kind`.
        public var range: ClosedRange<Double>?

        public init(name: String, kind: ValueKind, range: ClosedRange<Double>? = nil) {
            self.name = name
            self.kind = kind
            self.range = range
        }
    }

    public var name: String
    public var arguments: [Argument]
    /// Doing it twice is the same as doing it once.
    public var isRepeatable: Bool

    public init(name: String, arguments: [Argument], isRepeatable: Bool) {
        self.name = name
        self.arguments = arguments
        self.isRepeatable = isRepeatable
    }
}
