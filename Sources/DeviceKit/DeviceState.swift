/// How a device of the lab stands, as far as its line and its identity go.
public enum DeviceState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing is plugged in that fits the device's description.
    case absent
    /// Something that fits is plugged in; nothing has been said to it.
    case present
    /// It is being asked who it is.
    case identifying
    case ready
    /// Another program has its line.
    case busy
    /// It cannot be used: two devices fit, or what answers is not understood.
    case faulted
    /// It waits for an operator to confirm that it is the right one.
    case locked
    /// Another instrument than the one that belongs here answers; nothing is sent to it.
    case unsafe
}
