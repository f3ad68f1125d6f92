public import DeviceKit

/// The simulated lab that all simulated instruments share, at the time of a lab clock.
///
/// It catches up with the clock whenever it is asked or told something; `run()` keeps it going in between, so that
/// events come even if nobody asks.
///
///     let world = try LabWorld(description, clock: clock)
///     if let pump = world.pump("A0") { await pump.move(toFillLevel: .zero, at: flow) }
public actor LabWorld {
    /// Older events are dropped from the record beyond this many.
    public static let recordLimit = 100_000

    public nonisolated let clock: LabClock
    public nonisolated let description: WorldDescription
    private var state: WorldState
    private var reached: LabClock.Instant
    private var record: [WorldEvent] = []
    private var listeners: [Int: AsyncStream<WorldEvent>.Continuation] = [:]
    private var nextListener = 0

    public init(_ description: WorldDescription, clock: LabClock) throws(WorldDescriptionError) {
        self.clock = clock
        self.description = description
        self.state = try WorldState(description)
        self.reached = LabClock.Instant(offset: .zero)
    }

    deinit {
        for listener in self.listeners.values { listener.finish() }
    }

    // MARK: Devices

    public nonisolated func pump(_ name: String) -> SimulatedSyringePump? {
        self.description.pumps.firstIndex { $0.name == name }.map { SimulatedSyringePump(world: self, index: $0) }
    }

    public nonisolated func valve(_ name: String) -> SimulatedRotaryValve? {
        self.description.rotaryValves.firstIndex { $0.name == name }.map {
            SimulatedRotaryValve(
                positionCount: self.description.rotaryValves[$0].portCount,
                world: self,
                index: $0
            )
        }
    }

    public nonisolated func relay(_ name: String) -> SimulatedRelay? {
        self.description.gasValves.firstIndex { $0.name == name }.map { SimulatedRelay(world: self, index: $0) }
    }

    public nonisolated func cell(_ name: String) -> SimulatedConductivityCell? {
        self.description.cells.firstIndex { $0.name == name }.map {
            SimulatedConductivityCell(world: self, index: $0)
        }
    }

    public nonisolated func densimeter(_ name: String) -> SimulatedDensimeterCell? {
        self.description.cells.firstIndex { $0.name == name }.map { SimulatedDensimeterCell(world: self, index: $0) }
    }

    // MARK: Time and events

    /// Keeps the world at the clock's time until the task is cancelled.
    /// - Parameter interval: lab time between two looks, but at least 10 ms of wall time.
    public func run(every interval: Duration = .seconds(1)) async {
        let pause = max(interval, .milliseconds(10) * self.clock.speed)
        while !Task.isCancelled {
            self.catchUp()
            do { try await self.clock.sleep(until: self.clock.now.advanced(by: pause)) } catch { return }
        }
    }

    /// Everything that happened, oldest first.
    public var events: [WorldEvent] {
        self.catchUp()
        return self.record
    }

    /// Everything that happened and will happen. A listener that lags 10 000 events behind loses the oldest.
    public func eventStream() -> AsyncStream<WorldEvent> {
        self.catchUp()
        let (stream, continuation) = AsyncStream.makeStream(
            of: WorldEvent.self,
            bufferingPolicy: .bufferingNewest(self.record.count + 10_000)
        )
        for event in self.record { continuation.yield(event) }
        let number = self.nextListener
        self.nextListener += 1
        self.listeners[number] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(listener: number) }
        }
        return stream
    }

    private func forget(listener: Int) { self.listeners[listener] = nil }

    private func catchUp() {
        let now = self.clock.now
        if now > self.reached {
            self.state.advance(by: self.reached.duration(to: now))
            self.reached = now
        }
        self.publish()
    }

    private func publish() {
        guard !self.state.events.isEmpty else { return }
        for event in self.state.events { for listener in self.listeners.values { listener.yield(event) } }
        self.record.append(contentsOf: self.state.events)
        self.state.events.removeAll(keepingCapacity: true)
        // Cut in large pieces: each cut moves the whole array.
        if self.record.count > Self.recordLimit + 10_000 {
            self.record.removeFirst(self.record.count - Self.recordLimit)
        }
    }

    /// Looks at the world, or changes it, as it stands at the clock's time.
    func with<Result: Sendable>(_ body: @Sendable (inout WorldState) -> Result) -> Result {
        self.catchUp()
        let result = body(&self.state)
        self.publish()
        return result
    }
}
