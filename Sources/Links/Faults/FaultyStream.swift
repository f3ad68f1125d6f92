import DeviceKit

/// What the faults of one direction make of the bytes that pass. Time comes in from outside and chance from a seed: the
/// same bytes at the same instants meet the same fate.
struct FaultyStream {
    typealias Instant = ContinuousClock.Instant

    /// Bytes on their way, and how the line ends after them.
    struct Parcel: Equatable {
        var bytes: [UInt8]
        var due: Instant
        var end: LineEnd?
    }

    private var stages: [FaultStage] = []
    private var random: SeededRandom
    private var lastDue: Instant?

    init(seed: UInt64) {
        self.random = SeededRandom(seed: seed)
    }

    /// Faults from now on, in this order, and the end they bring by themselves. Bytes on their way keep their fate.
    mutating func set(_ faults: [LinkFault.Kind], at now: Instant) -> Parcel? {
        self.stages = faults.map(FaultStage.init)
        return self.stages.compactMap { $0.ownEnd(at: now) }.min { $0.due < $1.due }
    }

    /// The parcels that leave for the bytes that come now, in order.
    mutating func take(_ bytes: [UInt8], at now: Instant) -> [Parcel] {
        var parcels = [Parcel(bytes: bytes, due: now)]
        for index in self.stages.indices { parcels = self.stages[index].pass(parcels, &self.random) }
        return parcels.filter { !$0.bytes.isEmpty || $0.end != nil }.map { self.inOrder($0) }
    }

    /// The parcel that tells that the side these bytes came from has closed the line.
    mutating func close(at now: Instant) -> Parcel {
        let delay = self.stages.reduce(Duration.zero) { $0 + $1.closingDelay }
        return self.inOrder(Parcel(bytes: [], due: max(now, self.lastDue ?? now) + delay, end: .closed))
    }

    /// No byte overtakes one that came before it.
    private mutating func inOrder(_ parcel: Parcel) -> Parcel {
        var parcel = parcel
        parcel.due = max(parcel.due, self.lastDue ?? parcel.due)
        self.lastDue = parcel.due
        return parcel
    }
}

/// How a line ends.
enum LineEnd: Sendable, Equatable {
    case closed
    /// By a TCP reset; a serial line is closed.
    case reset
}
