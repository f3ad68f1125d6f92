public import DeviceKit
public import Links
import Protocols
import Synchronization

/// A PalmSens4 behind a bridge: a program beside it that speaks the vendor's library on one side and one JSON object per
/// line on the other (`docs/palmsens-bridge.md`).
///
/// Whatever happens during a measurement (abort, error, a bridge that dies), the bridge is told to switch the cell off
/// before the error is thrown, a new bridge at the same address included, or the error says that this is not known.
public actor BridgedPotentiostat: Potentiostat {
    public nonisolated let name: String
    nonisolated let link: ByteLink
    private nonisolated let options: BridgeOptions
    private nonisolated let clock: LabClock
    private nonisolated let ids = Atomic<Int64>(0)

    /// - Parameter clock: tells how much faster than the wall clock a simulated instrument measures.
    public init(
        name: String, link: ByteLink, options: BridgeOptions = BridgeOptions(), clock: LabClock = LabClock()
    ) {
        self.name = name
        self.link = link
        self.options = options
        self.clock = clock
    }

    /// - Throws: `.absent` without bridge or instrument, `.misconfigured` for a bridge of another protocol.
    public func identify() async throws(DeviceError) -> DeviceIdentity {
        try await self.link.exchange("hello") { exchange throws(DeviceError) in
            try await self.hello(exchange)
        }
    }

    public func measureImpedance(
        _ sweep: ImpedanceSweep, tag: String, onPoint: @Sendable (ImpedancePoint) -> Void
    ) async throws(DeviceError) -> ImpedanceRecord {
        do throws(DeviceError) {
            return try await self.link.exchange("measure impedance") { exchange throws(DeviceError) in
                _ = try await self.hello(exchange)
                return try await self.measure(sweep, tag, exchange, onPoint)
            }
        } catch {
            guard error.code == .unknownOutcome else { throw error }
            throw await self.secondAttemptToSwitchOff(after: error)
        }
    }

    /// Aborts what is measured and switches the cell off. The abort goes on the wire at once.
    public nonisolated func stop() async throws(DeviceError) {
        do {
            try self.link.interrupt(self.bytes(.abort).bytes, command: "abort")
        } catch {
            // Not open: then the exchange below opens the line and says the same with more time.
        }
        try await self.switchOff()
    }

    // MARK: Conversation

    private nonisolated func bytes(_ command: BridgeCommand) -> (id: Int64, bytes: [UInt8]) {
        let id = self.ids.add(1, ordering: .relaxed).newValue
        return (id, Array(command.line(id: id).utf8) + [0x0A])
    }

    private nonisolated func hello(_ exchange: LinkExchange) async throws(DeviceError) -> DeviceIdentity {
        let (id, bytes) = self.bytes(.hello)
        try await exchange.write(bytes)
        switch try await self.read(about: id, exchange, within: exchange.timeouts.firstByte) {
        case .hello(let hello):
            guard hello.version == BridgeCommand.version else {
                throw self.error(
                    .misconfigured, exchange,
                    "the bridge speaks protocol \(hello.version), this agent \(BridgeCommand.version)",
                    "Install the bridge of this version of edge-agent.")
            }
            return hello.identity
        case .failed(let failure): throw self.error(failure, exchange)
        default: throw self.nonsense(exchange)
        }
    }

    private nonisolated func measure(
        _ sweep: ImpedanceSweep, _ tag: String, _ exchange: LinkExchange, _ onPoint: @Sendable (ImpedancePoint) -> Void
    ) async throws(DeviceError) -> ImpedanceRecord {
        let order = BridgeCommand.Impedance(sweep, equilibration: self.options.equilibration, tag: tag)
        let (id, bytes) = self.bytes(.impedance(order))
        guard !exchange.wasInterrupted else {
            throw self.error(.cancelled, exchange, "stopped before anything was sent", "Measure again when ready.")
        }
        exchange.silence = .unknownOutcome
        var points: [ImpedancePoint] = []
        do throws(DeviceError) {
            try await exchange.write(bytes)
            while true {
                let limit = self.patience(sweep, pointsSoFar: points.count)
                switch try await self.read(about: id, exchange, within: limit) {
                case .started: continue
                case .point(let point):
                    points.append(point)
                    onPoint(point)
                case .done(let count, let cell):
                    guard cell == .off else {
                        throw self.error(.unknownOutcome, exchange, "ended, but the cell may still be on", Self.byHand)
                    }
                    guard count == points.count, count == sweep.pointCount else {
                        throw self.error(
                            .mismatch, exchange, "ended after \(points.count) of \(sweep.pointCount) points",
                            "Measure again.")
                    }
                    return ImpedanceRecord(points: points, raw: exchange.record)
                case .failed(let failure): throw self.error(failure, exchange)
                case .hello, .stopped: throw self.nonsense(exchange)
                }
            }
        } catch {
            throw await self.broughtToRest(exchange, after: error, points: points.count)
        }
    }

    /// How long the next word may take: three times what the instrument needs for the next point, and a margin.
    private nonisolated func patience(_ sweep: ImpedanceSweep, pointsSoFar: Int) -> Duration {
        let frequencies = sweep.frequencies
        let next =
            frequencies.indices.contains(pointsSoFar) ? ImpedanceTiming.point(at: frequencies[pointsSoFar]) : .zero
        let before = pointsSoFar == 0 ? self.options.equilibration : .zero
        return self.clock.wall((before + next) * 3) + self.options.margin
    }

    /// The next message about this command; what is about earlier ones belongs to the past.
    private nonisolated func read(
        about id: Int64, _ exchange: LinkExchange, within limit: Duration
    ) async throws(DeviceError) -> BridgeMessage.Content {
        let deadline = ContinuousClock.now + limit
        while true {
            let line = try await exchange.readLine(longest: 65_536, within: max(deadline - .now, .zero))
            let message: BridgeMessage
            do throws(BridgeFormatError) {
                message = try BridgeMessage(parsing: line)
            } catch  where exchange.startsDirty {
                // The rest of a line that was cut off.
                continue
            } catch {
                throw self.error(
                    .garbled, exchange, "said \(LinkExchange.printable(line)): \(error)",
                    "Check that the address is that of a bridge to a PalmSens4.")
            }
            if message.id == id { return message.content }
            if message.id == nil, case .failed(let failure) = message.content { throw self.error(failure, exchange) }
        }
    }

    /// After an error: has the cell switched off if that is not known yet.
    private nonisolated func broughtToRest(
        _ exchange: LinkExchange, after error: DeviceError, points: Int
    ) async -> DeviceError {
        // These say themselves that the cell is off, or that nothing was begun.
        guard ![.refused, .faulted, .mismatch, .absent].contains(error.code) else { return error }
        if error.code == .cancelled, exchange.wasInterrupted, exchange.isSettled { return error }
        exchange.isShielded = true
        let isStop = error.code == .cancelled
        do throws(DeviceError) {
            try await self.abort(exchange)
            return self.error(
                isStop ? .cancelled : error.code == .unknownOutcome ? .timedOut : error.code, exchange,
                isStop ? "stopped after \(points) points" : "\(error.detail); the cell is off",
                isStop ? "Measure again when ready." : error.advice)
        } catch let failure {
            return self.error(
                .unknownOutcome, exchange,
                "\(error.detail); then the cell could not be switched off: \(failure.detail)", Self.byHand)
        }
    }

    private nonisolated func abort(_ exchange: LinkExchange) async throws(DeviceError) {
        let (id, bytes) = self.bytes(.abort)
        exchange.silence = .unknownOutcome
        try await exchange.write(bytes)
        switch try await self.read(about: id, exchange, within: self.options.abort) {
        case .stopped(.off): exchange.isSettled = true
        case .failed(let failure) where failure.cell == .off: exchange.isSettled = true
        case .failed(let failure): throw self.error(failure, exchange)
        default:
            throw self.error(.unknownOutcome, exchange, "the bridge does not say that the cell is off", Self.byHand)
        }
    }

    private nonisolated func switchOff() async throws(DeviceError) {
        try await self.link.exchange(
            "abort", priority: .stop, silence: .unknownOutcome, waiting: self.options.abort + self.options.margin,
            shielded: true, cleaning: .byExchange
        ) { exchange throws(DeviceError) in
            try await self.abort(exchange)
        }
    }

    /// The bridge may have been started again: then it can still switch the cell off.
    private func secondAttemptToSwitchOff(after error: DeviceError) async -> DeviceError {
        do throws(DeviceError) {
            self.link.close()
            try await self.switchOff()
            return DeviceError(
                .timedOut, device: self.name, command: error.command,
                "\(error.detail); after the line was opened again the cell could be switched off",
                advice: "Look at the bridge's log, then measure again.")
        } catch let second {
            return DeviceError(
                .unknownOutcome, device: self.name, command: error.command,
                "\(error.detail); a second attempt failed too: \(second.detail)", advice: Self.byHand)
        }
    }

    private static let byHand =
        "The cell may still be on: switch the instrument off by hand, and look at the bridge's log."

    // MARK: Errors

    private nonisolated func error(_ failure: BridgeMessage.Failure, _ exchange: LinkExchange) -> DeviceError {
        let code: DeviceError.Code =
            switch failure.code {
            case .absent: .absent
            case .refused: .refused
            case .faulted: failure.cell == .off ? .faulted : .unknownOutcome
            case .aborted: failure.cell == .off ? .cancelled : .unknownOutcome
            }
        let advice =
            switch failure.code {
            case .absent: "Check that the instrument is on and connected, and that no other program has it."
            case .refused: "Correct the measurement's limits in the configuration."
            case .faulted: failure.cell == .off ? "Look at the instrument and the bridge's log." : Self.byHand
            case .aborted: "Measure again when ready."
            }
        if code == .cancelled { exchange.isSettled = true }
        return self.error(code, exchange, failure.text, advice)
    }

    private nonisolated func nonsense(_ exchange: LinkExchange) -> DeviceError {
        self.error(
            .garbled, exchange, "the bridge answered something else than was asked",
            "Install the bridge of this version of edge-agent.")
    }

    private nonisolated func error(
        _ code: DeviceError.Code, _ exchange: LinkExchange, _ detail: String, _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: exchange.command, detail, advice: advice)
    }
}
