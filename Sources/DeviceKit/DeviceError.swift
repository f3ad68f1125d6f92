/// What went wrong with a device: which one, at which command, what came back, and what to do next.
public struct DeviceError: Error, Sendable, Hashable {
    /// Decides the policy; `detail` and `advice` are for people.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case absent, busy, timedOut, garbled, refused, faulted, unsafe, unknownOutcome, cancelled, mismatch
            case misconfigured
        }
        private let kind: Kind
        public var description: String { self.kind.rawValue }

        /// The link could not be opened, or it broke before anything was sent.
        public static let absent = Code(kind: .absent)
        /// Another owner holds the device.
        public static let busy = Code(kind: .busy)
        /// No answer in time to a command that moves nothing.
        public static let timedOut = Code(kind: .timedOut)
        /// An answer that cannot be read.
        public static let garbled = Code(kind: .garbled)
        /// The device said no; nothing happened.
        public static let refused = Code(kind: .refused)
        /// The device reports a fault state.
        public static let faulted = Code(kind: .faulted)
        /// An interlock or limit of ours forbids the command; nothing was sent.
        public static let unsafe = Code(kind: .unsafe)
        /// Sent, but not known whether it happened. Never retried blindly.
        public static let unknownOutcome = Code(kind: .unknownOutcome)
        /// Stopped on demand; the device was left safe.
        public static let cancelled = Code(kind: .cancelled)
        /// The device did something else than it was told, as its read-back shows.
        public static let mismatch = Code(kind: .mismatch)
        /// The configuration names something the device does not have.
        public static let misconfigured = Code(kind: .misconfigured)
    }

    public let code: Code
    /// Name of the device in the lab's configuration.
    public let device: String
    /// The command as the device understands it, `SetFillLevel 4.2 mL` for example.
    public let command: String
    /// What came back, as far as it can be printed.
    public let detail: String
    /// What the operator can do now.
    public let advice: String

    public init(_ code: Code, device: String, command: String, _ detail: String, advice: String) {
        self.code = code
        self.device = device
        self.command = command
        self.detail = detail
        self.advice = advice
    }
}

extension DeviceError: CustomStringConvertible {
    public var description: String { "\(self.device): \(self.command): \(self.detail). \(self.advice)" }
}
