/// A device that is driven by what its profile says alone: named states that can be read, named actions that can be done.
public protocol ProfiledDevice: Device {
    var states: [StateDescription] { get }
    var actions: [ActionDescription] { get }

    /// Reads states, as few exchanges as the device allows.
    ///
    /// - Throws: `.misconfigured` for a name that the profile does not have.
    func read(_ names: [String], priority: LinkPriority) async throws(DeviceError) -> [String: StateValue]

    /// Does what an action says, waits until it is done, and believes only what reads back.
    ///
    /// - Throws: `.unsafe` where a limit or a guard of the profile forbids it, and nothing is sent; `.mismatch` where the
    ///   device reads back something else; `.unknownOutcome` where it cannot be known.
    func perform(
        _ action: String, _ arguments: [String: StateValue], priority: LinkPriority
    ) async throws(DeviceError)
}

extension ProfiledDevice {
    public func read(_ names: [String]) async throws(DeviceError) -> [String: StateValue] {
        try await self.read(names, priority: .run)
    }

    public func perform(_ action: String, _ arguments: [String: StateValue] = [:]) async throws(DeviceError) {
        try await self.perform(action, arguments, priority: .run)
    }
}
