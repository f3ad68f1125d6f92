/// How the model's line is set up, and how it must be treated.
public struct ProfileLink: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable { case tcp, tty, can, folder }
    public enum Parity: String, Sendable, CaseIterable { case none, even, odd }
    public enum FlowControl: String, Sendable, CaseIterable {
        case none
        case xonXoff = "xon-xoff"
        case rtsCts = "rts-cts"
    }

    public struct Serial: Sendable, Hashable {
        public var baud: Int
        public var bits: Int
        public var parity: Parity
        public var stop: Int
        public var flow: FlowControl
    }

    /// How a stop gets onto the wire.
    public enum StopTravel: String, Sendable, CaseIterable {
        /// It breaks into the exchange in flight.
        case interrupt
        /// It goes first after the exchange in flight.
        case next
    }

    /// What makes a line trustworthy again after a time-out or garbage.
    public enum Recovery: Sendable, Hashable {
        /// Nothing may have come for so long.
        case drain(Duration)
        case reopen
    }

    public var kinds: [Kind]
    public var serial: Serial?
    public var timing: ProfileTiming
    /// Nil takes what suits the kind of link.
    public var recovery: Recovery?
    public var stop: StopTravel
    /// The parameters that tell devices on one line apart; empty where a device has its line alone.
    public var sharedBy: [String]
    /// Only of text protocols.
    public var text: ProfileTextProtocol?
    /// Only of Modbus devices.
    public var modbus: ProfileModbus?
}
