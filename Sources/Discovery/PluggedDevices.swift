/// The devices that are plugged in, kept up to date by events and, because events get lost, by looking at all of them.
public struct PluggedDevices: Sendable, Equatable {
    private var devices: [String: FoundDevice] = [:]

    public init() {}

    /// By node.
    public var all: [FoundDevice] { self.devices.values.sorted { $0.node < $1.node } }

    public func matching(_ rule: MatchRule) -> [FoundDevice] { self.all.filter(rule.matches) }

    /// An event said that the device is there.
    public mutating func note(_ device: FoundDevice) -> [DeviceChange] {
        guard let old = self.devices.updateValue(device, forKey: device.systemPath) else { return [.appeared(device)] }
        if old == device { return [] }
        // Its removal was missed: a node or a number that changed belongs to another stay.
        guard old.plug == device.plug, old.node == device.node else { return [.vanished(old), .appeared(device)] }
        return [.changed(device)]
    }

    /// An event said that the device is gone.
    public mutating func noteRemoval(ofSystemPath path: String) -> [DeviceChange] {
        self.devices.removeValue(forKey: path).map { [.vanished($0)] } ?? []
    }

    /// All devices that are there now.
    public mutating func reconcile(with present: [FoundDevice]) -> [DeviceChange] {
        let paths = Set(present.map(\.systemPath))
        let gone = self.all.filter { !paths.contains($0.systemPath) }
        return gone.flatMap { self.noteRemoval(ofSystemPath: $0.systemPath) } + present.flatMap { self.note($0) }
    }
}
