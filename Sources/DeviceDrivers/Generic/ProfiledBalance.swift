public import DeviceKit

/// A balance by its profile: states `mass` and `stable`, which come in one reading, action `tare`.
public struct ProfiledBalance: Balance {
    private let device: any ProfiledDevice

    public init(_ device: any ProfiledDevice) { self.device = device }

    public var name: String { self.device.name }
    public func identify() async throws(DeviceError) -> DeviceIdentity { try await self.device.identify() }
    public func stop() async throws(DeviceError) { try await self.device.stop() }

    public func mass() async throws(DeviceError) -> (value: Measured<MassDimension>, isStable: Bool) {
        let values = try await self.device.read(["mass", "stable"])
        return (try self.device.measured("mass", in: values), values["stable"]?.word == "yes")
    }

    public func tare() async throws(DeviceError) { try await self.device.perform("tare") }
}
