public import DeviceKit

/// A bath or circulator by its profile: states `temperature`, `setpoint` and `running`, actions `set-temperature`,
/// `start` and `stop`.
public struct ProfiledThermostat: Thermostat {
    private let device: any ProfiledDevice

    public init(_ device: any ProfiledDevice) { self.device = device }

    public var name: String { self.device.name }
    public func identify() async throws(DeviceError) -> DeviceIdentity { try await self.device.identify() }
    public func stop() async throws(DeviceError) { try await self.device.stop() }

    public func temperature() async throws(DeviceError) -> Measured<TemperatureDimension> {
        try await self.device.measured("temperature")
    }

    public func setpoint() async throws(DeviceError) -> Temperature { try await self.device.quantity("setpoint") }

    public func set(_ temperature: Temperature) async throws(DeviceError) {
        try await self.device.perform(
            "set-temperature", ["temperature": .number(AnyQuantity(temperature, in: .degreeCelsius))])
    }

    public func isRunning() async throws(DeviceError) -> Bool { try await self.device.word("running") == "on" }

    public func set(running: Bool) async throws(DeviceError) {
        try await self.device.perform(running ? "start" : "stop")
    }
}
