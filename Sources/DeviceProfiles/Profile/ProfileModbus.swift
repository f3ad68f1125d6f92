public import DeviceKit
public import Protocols

/// How a Modbus device is read and written: RTU on a serial line, Modbus TCP on a network.
public struct ProfileModbus: Sendable, Hashable {
    /// Registers that must not be read, not even on the way to others.
    public struct Hole: Sendable, Hashable {
        public var table: ModbusTable
        public var addresses: ClosedRange<Int>
    }

    /// The address of the device on its line, 1…247, or the parameter that has it.
    public var unit: ProfileBound
    /// Unused registers that may be read along for the sake of fewer requests.
    public var gap: Int
    /// Most registers of one read; nil takes what the standard allows.
    public var largestRead: Int?
    public var holes: [Hole]

    /// The unit of a device whose parameters have these values; nil if they give none.
    public func unit(_ parameters: [String: StateValue]) -> UInt8? {
        let number: Double? =
            switch self.unit {
            case .number(let number): number
            case .parameter(let name): parameters[name]?.quantity?.value
            }
        return number.flatMap(UInt8.init(exactly:)).flatMap { (1...247).contains($0) ? $0 : nil }
    }
}
