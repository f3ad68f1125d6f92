import Store
import Synchronization

/// The file of readings of the agent that runs, once it is open.
final class KeptReadings: Sendable {
    private let readings = Mutex<Readings?>(nil)

    /// Nil before it is open, and where it cannot be.
    var value: Readings? { self.readings.withLock { $0 } }
    func store(_ readings: Readings) { self.readings.withLock { $0 = readings } }
}
