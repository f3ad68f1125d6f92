/// What must hold whoever commands the device.
public struct ProfileSafety: Sendable, Hashable {
    /// An action that is not sent while a condition holds.
    public struct Guard: Sendable, Hashable {
        public var action: String
        public var condition: StateCondition
        /// What an operator is to know, and do.
        public var say: String
    }

    /// The action that brings the device to rest from every state; nil where it can stay as it is.
    public var safeState: String?
    public var guards: [Guard]
}
