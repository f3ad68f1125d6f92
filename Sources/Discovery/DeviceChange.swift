/// What happened to the devices that are plugged in.
public enum DeviceChange: Sendable, Hashable {
    case appeared(FoundDevice)
    case vanished(FoundDevice)
    /// The same device in the same socket; the system knows more of it, or something else.
    case changed(FoundDevice)
}
