public import DeviceKit

/// The devices of a lab, found by the names that plans use: pumps by their node in the tubing graph, the others by
/// their name in the configuration.
public struct Laboratory: Sendable {
    public var pumps: [String: any SyringePump]
    public var valves: [String: any RotaryValve]
    public var relays: [String: any Relay]
    public var potentiostats: [String: any Potentiostat]
    public var densimeters: [String: any Densimeter] = [:]
    public var thermometers: [String: any Thermometer] = [:]
    /// Devices of which their profiles say everything, whatever else they are to the lab.
    public var described: [String: any ProfiledDevice] = [:]
    /// Those among them that can be plugged in and out.
    public var plugged: [PluggedDevice] = []

    public init(
        pumps: [String: any SyringePump], valves: [String: any RotaryValve], relays: [String: any Relay],
        potentiostats: [String: any Potentiostat]
    ) {
        self.pumps = pumps
        self.valves = valves
        self.relays = relays
        self.potentiostats = potentiostats
    }

    func pump(_ node: String) throws(DeviceError) -> any SyringePump { try Self.find(node, in: self.pumps) }
    func valve(_ name: String) throws(DeviceError) -> any RotaryValve { try Self.find(name, in: self.valves) }
    func relay(_ name: String) throws(DeviceError) -> any Relay { try Self.find(name, in: self.relays) }
    func potentiostat(_ name: String) throws(DeviceError) -> any Potentiostat {
        try Self.find(name, in: self.potentiostats)
    }

    func densimeter(_ name: String) throws(DeviceError) -> any Densimeter { try Self.find(name, in: self.densimeters) }

    func thermometer(_ name: String) throws(DeviceError) -> any Thermometer {
        try Self.find(name, in: self.thermometers)
    }
    /// A device with named states and actions.
    public func described(_ name: String) throws(DeviceError) -> any ProfiledDevice {
        try Self.find(name, in: self.described)
    }

    private static func find<Found>(_ name: String, in devices: [String: Found]) throws(DeviceError) -> Found {
        guard let device = devices[name] else {
            throw DeviceError(
                .misconfigured, device: name, command: "find", "the lab has no such device",
                advice: "Add it under `devices` in the lab's description.")
        }
        return device
    }

    public var devices: [any Device] {
        let relays = self.relays.values.map { $0 as any Device }
        let pumps = self.pumps.values.map { $0 as any Device }
        let valves = self.valves.values.map { $0 as any Device }
        let potentiostats = self.potentiostats.values.map { $0 as any Device }
        let densimeters = self.densimeters.values.map { $0 as any Device }
        let others = self.described.values.filter { self.relays[$0.name] == nil }.map { $0 as any Device }
        return (relays + pumps + potentiostats + densimeters + valves + others).sorted { $0.name < $1.name }
    }

    /// Stops every device at once, whatever each is doing, and returns what could not be stopped. Whether the calling
    /// task is cancelled makes no difference: that is when a halt is needed most.
    ///
    /// - Parameter isMeant: picks devices by their names.
    public func halt(where isMeant: @escaping @Sendable (String) -> Bool = { _ in true }) async -> [DeviceError] {
        await Task { await self.stopAll(where: isMeant) }.value
    }

    private func stopAll(where isMeant: (String) -> Bool) async -> [DeviceError] {
        await withTaskGroup(of: DeviceError?.self) { group in
            for device in self.devices where isMeant(device.name) {
                group.addTask {
                    do throws(DeviceError) {
                        try await device.stop()
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { failures, failure in
                if let failure { failures.append(failure) }
            }
        }
    }
}
