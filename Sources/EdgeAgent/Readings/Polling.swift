public import DeviceKit
public import Store

/// Reads what is worth a look as long as the agent runs: each group at its own pace, their beginnings spread over the
/// period. What is read is shown at once and kept in the store.
public struct Polling: Sendable {
    private let groups: [PollGroup]
    let last = LastReadings()
    let kept = KeptReadings()
    /// Told once when a device stops answering, and once when it answers again.
    private let observe: @Sendable (AgentEvent) -> Void

    public init(_ devices: some Sequence<any ProfiledDevice>, observe: @escaping @Sendable (AgentEvent) -> Void) {
        self.groups = devices.sorted { $0.name < $1.name }.flatMap(PollGroup.groups)
        self.observe = observe
    }

    public var isEmpty: Bool { self.groups.isEmpty }
    /// The newest readings, by device and state.
    public var reports: [ReadingReport] { self.last.all }

    /// Works until the task is cancelled, and leaves the store closed.
    ///
    /// - Parameter machine: told which readings may be thinned where the disk is short.
    public func run(keepingIn directory: StateDirectory, beside machine: MachineWatch? = nil) async {
        var keeper: ReadingKeeper?
        do throws(StoreError) {
            let readings = try Readings(in: directory)
            if let damage = readings.damage { self.observe(.notice("\(damage)")) }
            keeper = ReadingKeeper(readings, observe: self.observe)
            machine?.mayThin(readings)
            self.kept.store(readings)
        } catch {
            self.observe(.notice("readings are not kept: \(error)"))
        }
        await self.run(on: ContinuousClock(), keeper: keeper)
        machine?.mayThin(nil)
        // Also when the agent was told to end.
        await Task { [keeper] in await keeper?.close() }.value
    }

    private func run<Ticks: Clock>(on clock: Ticks, keeper: ReadingKeeper?) async where Ticks.Duration == Duration {
        let start = clock.now
        await withTaskGroup(of: Void.self) { tasks in
            if let keeper { tasks.addTask { await keeper.run() } }
            for (index, group) in self.groups.enumerated() {
                let phase = group.period * index / self.groups.count
                tasks.addTask { await self.run(group, phase: phase, on: clock, since: start, keeper) }
            }
        }
    }

    private func run<Ticks: Clock>(
        _ group: PollGroup, phase: Duration, on clock: Ticks, since start: Ticks.Instant,
        _ keeper: ReadingKeeper?
    ) async where Ticks.Duration == Duration {
        var schedule = PollSchedule(period: group.period, phase: phase)
        var silence: DeviceError.Code?
        while !Task.isCancelled {
            do {
                try await clock.sleep(until: start.advanced(by: schedule.due), tolerance: nil)
            } catch {
                return  // Cancelled.
            }
            let results = await group.read()
            if Task.isCancelled { return }
            let failure = self.failure(of: results)
            schedule.finish(at: start.duration(to: clock.now), answered: failure == nil)
            self.tell(failure, group, &silence)
            await keeper?.keep(self.note(results, group, schedule))
        }
    }

    /// Why the device did not answer at all; nil if it did, even if a sensor has no value.
    private func failure(of results: [String: Result<StateValue, DeviceError>]) -> DeviceError? {
        var failure: DeviceError?
        for result in results.values {
            guard case .failure(let error) = result, error.code != .faulted else { return nil }
            failure = error
        }
        return failure
    }

    private func tell(_ failure: DeviceError?, _ group: PollGroup, _ silence: inout DeviceError.Code?) {
        guard failure?.code != silence else { return }
        silence = failure?.code
        self.observe(.notice(failure.map { "\($0)" } ?? "\(group.device.name) answers again"))
    }

    /// Shows results, and returns those that are numbers.
    private func note(
        _ results: [String: Result<StateValue, DeviceError>], _ group: PollGroup, _ schedule: PollSchedule
    ) -> [Reading] {
        let now = Moment.now()
        return group.states.compactMap { state in
            guard let result = results[state.name] else { return nil }
            self.last.note(result, of: state, device: group.device.name, at: now, schedule)
            guard case .success(let value) = result else { return nil }
            return Reading(value, of: state, device: group.device.name, at: now)
        }
    }
}

extension Reading {
    /// A state as a point of a series; a word is kept as its place among the profile's words. Nil for a text.
    init?(_ value: StateValue, of state: StateDescription, device: String, at moment: Moment) {
        let number: Double
        var unit = ""
        switch (value, state.kind) {
        case (.number(let quantity), _):
            number = quantity.value
            unit = quantity.unit.symbol
        case (.option(let word), .options(let words)):
            guard let place = words.firstIndex(of: word) else { return nil }
            number = Double(place)
        default: return nil
        }
        self.init(series: "\(device)/\(state.name)", time: moment.utc, value: number, unit: unit)
    }
}
