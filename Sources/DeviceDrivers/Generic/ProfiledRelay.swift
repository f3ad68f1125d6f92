public import DeviceKit

/// A relay by its profile: state `energised`, actions `energise` and `release`.
public struct ProfiledRelay: Relay {
    private let device: any ProfiledDevice

    public init(_ device: any ProfiledDevice) { self.device = device }

    public var name: String { self.device.name }
    public func identify() async throws(DeviceError) -> DeviceIdentity { try await self.device.identify() }
    public func stop() async throws(DeviceError) { try await self.device.stop() }

    public func isEnergised() async throws(DeviceError) -> Bool {
        try await self.device.word("energised") == "yes"
    }

    public func set(energised: Bool) async throws(DeviceError) {
        try await self.device.perform(energised ? "energise" : "release")
    }
}
