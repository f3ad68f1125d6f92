import Store

/// The runs that go on now. One at most has the lines, that is the valves, the pumps and the gas. Beside it there may be
/// others whose sample stands still in a cell while an instrument measures it.
struct RunsUnderWay: Sendable {
    struct Entry: Sendable {
        let run: UUIDv7
        /// Ends what it does now; nil while it moves nothing.
        var cancel: (@Sendable () -> Void)?
        /// Who wished that it stops, and can go on later.
        var stoppedBy: String?
        /// What measures its sample, once it has left the lines; nil as long as it has them.
        fileprivate(set) var measurement: Measurement?
    }

    /// What a run needs that has left the lines.
    struct Measurement: Sendable, Hashable {
        /// By the names of their devices.
        var instruments: Set<String>
        /// By the names of the tubing graph.
        var cells: Set<String>
    }

    /// Oldest first.
    private(set) var entries: [Entry] = []

    var isEmpty: Bool { self.entries.isEmpty }
    var withLines: Entry? { self.entries.first { $0.measurement == nil } }
    /// Cells whose content nothing may disturb.
    var measuredCells: Set<String> { self.entries.reduce(into: []) { $0.formUnion($1.measurement?.cells ?? []) } }

    subscript(run: UUIDv7) -> Entry? { self.entries.first { $0.run == run } }

    mutating func begin(_ run: UUIDv7) { self.entries.append(Entry(run: run)) }

    /// The second takes over the lines, and what was wished of the first.
    mutating func follow(_ run: UUIDv7, by next: UUIDv7) {
        let person = self[run]?.stoppedBy
        self.end(run)
        self.begin(next)
        if let person { self.stop(next, by: person) }
    }

    mutating func end(_ run: UUIDv7) { self.entries.removeAll { $0.run == run } }

    mutating func leaveLines(_ run: UUIDv7, for measurement: Measurement) {
        self.change(run) { $0.measurement = measurement }
    }

    mutating func set(_ cancel: (@Sendable () -> Void)?, toCancel run: UUIDv7) {
        self.change(run) { $0.cancel = cancel }
    }

    mutating func stop(_ run: UUIDv7, by person: String) { self.change(run) { $0.stoppedBy = person } }

    /// Whether a run that ends on the way has to bring a device to rest: what measures for another goes on.
    func concerns(_ device: String, endOf run: UUIDv7) -> Bool {
        if let measurement = self[run]?.measurement { return measurement.instruments.contains(device) }
        return !self.entries.contains { $0.run != run && $0.measurement?.instruments.contains(device) == true }
    }

    private mutating func change(_ run: UUIDv7, _ body: (inout Entry) -> Void) {
        guard let index = self.entries.firstIndex(where: { $0.run == run }) else { return }
        body(&self.entries[index])
    }
}
