public import Protocols

/// One way in which a simulated Modbus device misbehaves, apart from its model and its wire.
public enum ModbusMisbehaviour: Sendable, Hashable {
    case silent
    /// The answer comes this much later. Wall time.
    case late(Duration)
    case exception(ModbusException)
    /// As if the answer came from another unit.
    case wrongUnit(UInt8)
    case wrongFunction(UInt8)
    /// TCP only: the transaction differs by this.
    case wrongTransaction(UInt16)
    /// TCP only: the header's length differs by this.
    case wrongHeaderLength(Int)
    /// Bytes more or less in a frame that otherwise fits; its byte count goes along.
    case wrongLength(Int)
    /// RTU only.
    case wrongChecksum
    /// Ends after this many bytes.
    case truncated(Int)
    case garbageBefore([UInt8])
    case garbageAfter([UInt8])
    /// Bytes in the middle of the frame.
    case garbageInside([UInt8])
    /// A bit of this byte is turned round, checksum and header unmended.
    case flipped(byte: Int)
    case doubled
    /// Byte by byte, with this pause. Wall time.
    case dribbled(Duration)
    /// Answers what only is told to all units.
    case answersBroadcast
    /// Says that it wrote, and has not.
    case lies
    /// Repeats another address than it was told.
    case wrongEcho
    /// Hangs up instead of answering.
    case hangsUp
}
