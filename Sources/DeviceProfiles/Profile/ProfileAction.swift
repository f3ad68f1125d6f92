public import DeviceKit
public import Protocols

/// Something that a device does when told.
public struct ProfileAction: Sendable, Hashable {
    public struct Argument: Sendable, Hashable {
        public var name: String
        public var kind: ValueKind
        public var options: [WireField.Option]
        public var from: ProfileBound?
        public var to: ProfileBound?
        public var scale: ProfileScale
    }

    /// What a state is after the action.
    public enum Assignment: Sendable, Hashable {
        case argument(String)
        case value(StateValue)
    }

    /// When it is done, for what takes longer than its answer.
    public struct Completion: Sendable, Hashable {
        public var condition: StateCondition
        public var limit: Duration
        /// How often it is looked at.
        public var interval: Duration
    }

    public enum Access: Sendable, Hashable {
        case text(TextExchange)
        /// Written one after the other.
        case registers([ProfileRegisterWrite])
    }

    public var name: String
    public var access: Access
    public var arguments: [Argument]
    /// Doing it twice is the same as doing it once: move-to, not move-by.
    public var isRepeatable: Bool
    /// By state; what can be read is read back afterwards and compared.
    public var sets: [String: Assignment]
    public var isVerified: Bool
    /// How far a number read back may be off, in the unit of the state.
    public var tolerance: Double
    public var completion: Completion?

    public func argument(_ name: String) -> Argument? { self.arguments.first { $0.name == name } }
}
