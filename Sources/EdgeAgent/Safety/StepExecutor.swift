import Analysis
import DeviceKit
import Methods
import Synchronization

/// Carries out single steps on the devices. Interlocks are checked where the motion is commanded.
struct StepExecutor: Sendable {
    let laboratory: Laboratory
    let interlocks: Interlocks
    let clock: LabClock
    /// How the cell's temperature is known.
    let cellTemperature: ConfiguredTemperature
    /// Keeps the bytes of a measurement and returns how results name them.
    let archive: @Sendable (_ name: String, _ bytes: [UInt8]) throws(DeviceError) -> RawFileReference

    /// - Parameters:
    ///   - tag: names the sample in raw records.
    ///   - beforeSending: called when the interlocks have allowed the action, before its first byte leaves.
    func perform(
        _ action: Action, tag: String, onProgress: @Sendable (String) -> Void,
        _ beforeSending: @Sendable () async throws(DeviceError) -> Void
    ) async throws(DeviceError) -> StepOutcome {
        switch action {
        case .turnValves(let settings):
            try await self.interlocks.allowTurning(settings.map(\.valve))
            for setting in settings {
                try await self.laboratory.valve(setting.valve).turn(to: setting.port)
            }
            return .done
        case .setRelay(let name, let energised):
            try await self.laboratory.relay(name).set(energised: energised)
            return .done
        case .moveSyringes(let dosing):
            let levels = try await self.interlocks.allow(dosing)
            try await beforeSending()
            return .dosed(try await self.move(dosing, from: levels))
        case .settle(let duration):
            try await self.wait(duration, device: "lab", command: "settle")
            return .done
        case .blow(let route, let name, let duration):
            try await self.interlocks.allowGas(along: route, relay: name)
            try await beforeSending()
            try await self.blow(self.laboratory.relay(name), for: duration)
            return .done
        case .measureDensity(let name, let order, _):
            return .densimetry(
                try await self.measureDensity(
                    self.laboratory.densimeter(name), order, order.sampleName ?? SampleIdentity.instrumentName(tag),
                    onProgress))
        case .fillByHand: return .done
        case .askOperator(let question):
            throw DeviceError(
                .misconfigured, device: "operator", command: "ask", question.text,
                advice: "No device answers questions. This is a defect; report it.")
        case .measureImpedance(let name, let sweep, let repetition):
            let record = try await self.laboratory.potentiostat(name).measureImpedance(
                sweep, tag: "\(tag)-\(repetition)"
            ) { point in
                onProgress("\(point.frequency): \(point.real)")
            }
            let raw = try self.archive("\(tag)-\(repetition).\(record.suffix)", record.raw)
            return .measured(
                .init(
                    repetition: repetition, points: record.points, rawFile: raw,
                    temperature: await self.measuredTemperature(onProgress)))
        }
    }

    /// A densimeter that fails moves nothing and holds up nobody: its failure is an outcome, and others may measure the same
    /// sample. Only who was told to stop stops.
    private func measureDensity(
        _ densimeter: any Densimeter, _ order: DensimetryOrder, _ sample: String,
        _ onProgress: @Sendable (String) -> Void
    ) async throws(DeviceError) -> Densimetry {
        let kept = Mutex<[RawFileReference]>([])
        do throws(DeviceError) {
            let readings = try await densimeter.measure(order, sample: sample, notice: onProgress) {
                record throws(DeviceError) in
                let file = try self.archive(record.name, record.bytes)
                kept.withLock { $0.append(file) }
            }
            return Densimetry(readings: readings, rawFiles: kept.withLock { $0 })
        } catch {
            guard error.code != .cancelled else { throw error }
            onProgress("\(error)")
            return Densimetry(readings: [], rawFiles: kept.withLock { $0 }, failure: "\(error)")
        }
    }

    /// A thermometer that does not answer voids no measurement: the reading from before the run is left.
    private func measuredTemperature(
        _ onProgress: @Sendable (String) -> Void
    ) async -> Measured<TemperatureDimension>? {
        guard let name = self.cellTemperature.thermometer else { return nil }
        do throws(DeviceError) {
            return self.cellTemperature.reading(of: try await self.laboratory.thermometer(name).temperature())
        } catch {
            onProgress("the cell's temperature was not read: \(error)")
            return nil
        }
    }

    /// All syringes start together; if one fails, the others are stopped and what each really holds is still known to
    /// the next query.
    private func move(
        _ dosing: Dosing, from levels: [String: Volume]
    ) async throws(DeviceError) -> [StepOutcome.Dosed] {
        var moves: [(Dosing.Move, any SyringePump, Volume)] = []
        for move in dosing.moves {
            moves.append((move, try self.laboratory.pump(move.pump), levels[move.pump] ?? move.from))
        }
        let result = await withTaskGroup(
            of: Result<StepOutcome.Dosed, DeviceError>.self, returning: Result<[StepOutcome.Dosed], DeviceError>.self
        ) { group in
            for (move, pump, level) in moves {
                group.addTask {
                    do throws(DeviceError) {
                        let reached = try await pump.move(toFillLevel: move.to, at: move.flow)
                        return .success(.init(pump: move.pump, from: level, to: reached))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var dosed: [StepOutcome.Dosed] = []
            var failure: DeviceError?
            for await outcome in group {
                switch outcome {
                case .success(let one): dosed.append(one)
                case .failure(let error):
                    // The first failure is the cause; the others are pumps that were stopped because of it.
                    if failure == nil { failure = error }
                    group.cancelAll()
                }
            }
            return failure.map(Result.failure) ?? .success(dosed.sorted { $0.pump < $1.pump })
        }
        return try result.get()
    }

    /// The gas is closed on every way out: done, cancelled or failed.
    private func blow(_ relay: any Relay, for duration: Duration) async throws(DeviceError) {
        var failure: DeviceError?
        do throws(DeviceError) {
            try await relay.set(energised: true)
            try await self.wait(duration, device: relay.name, command: "blow")
        } catch {
            failure = error
        }
        do throws(DeviceError) {
            try await relay.stop()
        } catch {
            throw DeviceError(
                .unsafe, device: relay.name, command: "close the gas", error.detail,
                advice: "The gas may still be open: close it by hand at the bottle.")
        }
        if let failure { throw failure }
    }

    private func wait(_ duration: Duration, device: String, command: String) async throws(DeviceError) {
        do {
            try await self.clock.sleep(until: self.clock.now.advanced(by: duration))
        } catch {
            throw DeviceError(
                .cancelled, device: device, command: command, "stopped while waiting",
                advice: "Resume or abandon the run.")
        }
    }
}
