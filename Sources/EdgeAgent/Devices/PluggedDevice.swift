import DeviceKit
import Discovery
import Links

/// A device, or a board with several, on a line that is closed when it is unplugged and follows it to another socket.
public struct PluggedDevice: Sendable {
    /// Of the first device on the line.
    let name: String
    let rule: MatchRule
    let line: PluggedLine
    /// Those that share the line; the first one says who they are.
    var devices: [any Device]
    /// What the first one is taken for where it cannot say who it is.
    var silent: DeviceIdentity?
}
