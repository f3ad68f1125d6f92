public import DeviceKit

/// As what a device of the lab is known, kept across restarts.
public struct Acquaintance: Sendable, Hashable, Codable {
    /// What it said of itself when it was last recognised.
    public var identity: DeviceIdentity
    /// The adapter and socket at which it was.
    public var adapter: String?
    public var place: String
    /// Which stay in that socket, since when the computer was started.
    public var stay: String

    /// - Parameter boot: differs between two starts of the computer.
    public init(_ identity: DeviceIdentity, at device: FoundDevice, boot: String) {
        self.identity = identity
        self.adapter = device.serial
        self.place = device.place
        self.stay = "\(boot)/\(device.plug)"
    }
}
