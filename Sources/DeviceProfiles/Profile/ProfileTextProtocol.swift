public import Protocols

/// What all exchanges of a text protocol have in common.
public struct ProfileTextProtocol: Sendable, Hashable {
    /// An answer by which the device says no.
    public struct Refusal: Sendable, Hashable {
        public enum Meaning: String, Sendable, CaseIterable {
            /// Nothing happened.
            case refused
            /// Not now.
            case busy
            /// It reports a fault of its own.
            case faulted
        }
        public var pattern: WirePattern
        public var meaning: Meaning
        /// What an operator is to know, and do.
        public var say: String
    }

    /// For devices that are deaf for a while after their port was opened.
    public struct Wake: Sendable, Hashable {
        /// A state that can be asked without harm until it is answered.
        public var state: String
        public var limit: Duration
    }

    public var framing: TextFraming
    /// Whether bytes after an answer's end are garbage; otherwise they are dropped.
    public var refusesExtraInput: Bool
    /// Whether states are asked twice, and only answers that agree are believed: for answers without check characters.
    public var readsTwice: Bool
    public var refusals: [Refusal]
    /// Lines that the device says unasked.
    public var unsolicited: [WirePattern]
    public var wake: Wake?
}
