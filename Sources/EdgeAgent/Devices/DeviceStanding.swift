public import DeviceKit

/// How a device that can be plugged in stands now.
public struct DeviceStanding: Sendable, Hashable {
    public var state: DeviceState
    /// Why it cannot be used, and what to do; nil if it can.
    public var reason: String?
    /// `/dev/ttyUSB0`, as long as one is plugged in.
    public var node: String?
}
