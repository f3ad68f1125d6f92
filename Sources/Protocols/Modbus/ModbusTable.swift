/// The four tables of a Modbus device (Modbus Application Protocol V1.1b3, 4.3). Raw values are what profiles write.
public enum ModbusTable: String, Sendable, Hashable, CaseIterable, Codable {
    /// Bits that can be written; read with function 1.
    case coil
    /// Bits that can only be read; function 2.
    case discrete
    /// Registers that can be written; read with function 3.
    case holding
    /// Registers that can only be read; function 4.
    case input

    public var holdsBits: Bool { self == .coil || self == .discrete }
    public var isWritable: Bool { self == .coil || self == .holding }
    /// The most that one read may ask for: 2,000 bits or 125 registers.
    public var readLimit: Int { self.holdsBits ? 2000 : 125 }
    /// The most that one write may carry: 1,968 bits or 123 registers.
    public var writeLimit: Int { self.holdsBits ? 1968 : 123 }
}
