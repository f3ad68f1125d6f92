import DeviceKit
import Protocols

/// A line on which the objects of several drives are read and written, one at a time and by priority.
protocol ObjectBus: Sendable {
    /// How often the line has been opened: what was known of the drives before may not hold any more.
    var openings: Int { get }

    /// Reads or writes an object, in a cancelled task as well: an exchange cut short would cost the other drives more time
    /// than its end.
    ///
    /// - Returns: what was read, or what was written.
    func perform(_ access: ObjectAccess) async throws(DeviceError) -> Int

    /// Sends a writing at once, whatever is in flight, without waiting for an answer. False where the line cannot be
    /// interrupted; the writing then has to wait for its turn.
    func interrupt(_ access: ObjectAccess) throws(DeviceError) -> Bool

    /// What the drive last said unasked about its faults; nil for lines on which drives do not speak unasked.
    func emergency(of node: UInt8) async -> EmergencyMessage?
}
