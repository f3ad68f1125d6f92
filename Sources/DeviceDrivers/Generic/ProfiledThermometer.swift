public import DeviceKit

/// A thermometer by its profile: state `temperature`.
public struct ProfiledThermometer: Thermometer {
    private let device: any ProfiledDevice

    public init(_ device: any ProfiledDevice) { self.device = device }

    public var name: String { self.device.name }
    public func identify() async throws(DeviceError) -> DeviceIdentity { try await self.device.identify() }
    public func stop() async throws(DeviceError) { try await self.device.stop() }

    public func temperature() async throws(DeviceError) -> Measured<TemperatureDimension> {
        try await self.device.measured("temperature")
    }
}
