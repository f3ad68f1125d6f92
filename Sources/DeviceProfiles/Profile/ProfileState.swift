public import DeviceKit
public import Protocols

/// Something of a device that can be read.
public struct ProfileState: Sendable, Hashable {
    /// How it is read.
    public enum Access: Sendable, Hashable {
        case text(TextExchange)
        case register(ProfileRegister)
        /// It comes along when this other state is read.
        case with(String)
    }

    public var name: String
    public var kind: ValueKind
    /// How the device writes each of the options of `kind`.
    public var options: [WireField.Option]
    /// Nil for what can only be set.
    public var access: Access?
    public var scale: ProfileScale
    /// Standard uncertainty of a reading, in the unit of `kind`.
    public var uncertainty: Double?
    /// How often it is worth a look while the agent runs.
    public var poll: Duration?
}
