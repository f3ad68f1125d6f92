public import DeviceKit

/// How a simulated device of the model behaves, as far as its actions do not say it.
public struct ProfileSimulator: Sendable, Hashable {
    /// A number that goes towards a value by itself.
    public struct Motion: Sendable, Hashable {
        public enum Goal: Sendable, Hashable {
            case state(String)
            case number(Double)
        }

        public var state: String
        public var goal: Goal
        /// It goes there only while this holds.
        public var condition: StateCondition?
        /// How fast, in units of the state per minute of lab time.
        public var perMinute: Double
        /// Where it goes otherwise.
        public var otherwise: Double?
    }

    /// A simulator of its own by name; nil is simulated by the profile.
    public var kind: String?
    /// The states at the beginning.
    public var start: [String: StateValue]
    public var motions: [Motion]
}
