public import Protocols

/// One journaled act of a run.
public struct StepRecord: Sendable, Hashable {
    public let run: UUIDv7
    /// Its place in the run, from 0.
    public let index: Int
    /// What kind of act, `dose` for example.
    public let kind: String
    public let description: JSONValue
    /// Whether doing it twice does no harm.
    public let isRepeatable: Bool
    public let state: StepState
    /// What came back.
    public let outcome: JSONValue?
    /// How often it was begun.
    public let attempt: Int
    public let intended: Moment
    /// When the state changed last.
    public let changed: Moment
}
