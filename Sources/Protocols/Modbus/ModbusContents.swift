/// What a read brought: the bits or registers of a range of one table.
public enum ModbusContents: Sendable, Hashable {
    case bits([Bool])
    case registers([UInt16])

    public var count: Int {
        switch self {
        case .bits(let bits): bits.count
        case .registers(let registers): registers.count
        }
    }
}
