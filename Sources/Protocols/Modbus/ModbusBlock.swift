/// A range of one table that one request reads.
public struct ModbusBlock: Sendable, Hashable {
    public var table: ModbusTable
    public var range: Range<Int>

    public init(_ table: ModbusTable, _ range: Range<Int>) {
        self.table = table
        self.range = range
    }

    public var request: ModbusRequest {
        .read(self.table, address: UInt16(truncatingIfNeeded: self.range.lowerBound), count: self.range.count)
    }
}
