public import DeviceKit
public import Protocols

/// Where a value lies in a Modbus device. The address may depend on a parameter, the channel for example.
public struct ProfileRegister: Sendable, Hashable {
    /// With the address that it has where the parameter is zero, or, if that is none, with address 0.
    var point: ModbusPoint
    /// May be negative where a parameter is added.
    var base: Int
    var parameter: String?

    /// The point of a device whose parameters have these values.
    ///
    /// - Throws: `.misdescribed` where there is no such address.
    public func point(_ parameters: [String: StateValue]) throws(ModbusPointError) -> ModbusPoint {
        guard let parameter else { return self.point }
        let value = parameters[parameter]?.quantity?.value ?? -1
        guard let address = Int(exactly: value).flatMap({ UInt16(exactly: self.base + $0) }) else {
            throw .misdescribed("\(parameter) \(value) leads to no address")
        }
        return try ModbusPoint(
            self.point.table, address: address, self.point.encoding, order: self.point.order, scale: self.point.scale,
            offset: self.point.offset, unit: self.point.unit, options: self.point.options, missing: self.point.missing)
    }
}

/// A value that an action writes.
public struct ProfileRegisterWrite: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        case argument(String)
        case constant(ModbusValue)
    }

    public var register: ProfileRegister
    public var value: Value
}
