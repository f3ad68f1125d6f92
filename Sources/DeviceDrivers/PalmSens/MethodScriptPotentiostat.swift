public import DeviceKit
public import Links
import Protocols
import Synchronization

/// A PalmSens potentiostat that runs MethodSCRIPT by itself: EmStat4, EmStat Pico, Sensit, Nexus.
///
/// Whatever happens during a measurement (abort, error, lost line), the cell is switched off before the error is
/// thrown, or the error says that this is not known.
public actor MethodScriptPotentiostat: Potentiostat {
    public nonisolated let name: String
    nonisolated let link: ByteLink
    nonisolated let options: MethodScriptOptions
    nonisolated let clock: LabClock
    /// Known since the line was opened the n-th time; `isSynchronised` once what came before has been aborted.
    private var known:
        (opening: Int, instrument: MethodScriptInstrument, identity: DeviceIdentity, isSynchronised: Bool)?
    /// The opening of the line since when it is known that a MethodSCRIPT instrument answers: others get no abort.
    private nonisolated let answered = Atomic(0)
    /// Whether a stop has sent an abort and still has to hear of it.
    private nonisolated let isAborting = Mutex(false)

    /// - Parameter clock: tells how much faster than the wall clock a simulated instrument measures.
    public init(
        name: String,
        endpoint: LinkEndpoint,
        options: MethodScriptOptions = MethodScriptOptions(),
        clock: LabClock = LabClock(),
        tap: LinkTap? = nil
    ) {
        let transport = endpoint.transport(serial: options.serial)
        let link = ByteLink(device: name, over: transport, timeouts: options.timeouts, tap: tap)
        self.init(name: name, link: link, options: options, clock: clock)
    }

    public init(
        name: String,
        link: ByteLink,
        options: MethodScriptOptions = MethodScriptOptions(),
        clock: LabClock = LabClock()
    ) {
        self.name = name
        self.link = link
        self.options = options
        self.clock = clock
    }

    /// Asks for model, firmware and serial number, and says nothing else.
    ///
    /// - Throws: `.misconfigured` for a bootloader or an unknown model, `.busy` while a script runs.
    public func identify() async throws(DeviceError) -> DeviceIdentity {
        try await self.link.exchange("identify", cleaning: .byExchange) { exchange throws(DeviceError) in
            try await self.recognise(exchange).identity
        }
    }

    public func measureImpedance(
        _ sweep: ImpedanceSweep,
        tag: String,
        onPoint: @Sendable (ImpedancePoint) -> Void
    ) async throws(DeviceError) -> ImpedanceRecord {
        do {
            return try await self.measure(sweep, tag, onPoint)
        } catch {
            guard error.code == .unknownOutcome else { throw error }
            throw await self.secondAttemptToSwitchOff(after: error)
        }
    }

    /// Aborts what runs, whoever started it, and switches the cell off. The abort goes on the wire at once.
    public nonisolated func stop() async throws(DeviceError) {
        // What runs is aborted once: another abort would find the instrument idle, which makes it deaf for a moment to the stop
        // under way.
        if self.isAnswering,
            self.isAborting.withLock({ isAborting in
                defer { isAborting = true }
                return !isAborting
            })
        {
            do {
                try self.link.interrupt(MethodScriptConversation.abort, command: "Z")
            } catch {
                // Not open: then the exchange below opens the line and says the same with more time.
            }
        }
        defer { self.isAborting.withLock { $0 = false } }
        try await self.switchOff("stop")
    }

    private nonisolated func switchOff(_ command: String) async throws(DeviceError) {
        try await self.link.exchange(
            command,
            priority: .stop,
            silence: .unknownOutcome,
            waiting: self.options.abort + self.options.timeouts.total,
            shielded: true,
            cleaning: .byExchange
        ) { exchange throws(DeviceError) in
            // Before the line is passed on: what runs from then on has to be aborted anew.
            defer { self.isAborting.withLock { $0 = false } }
            let conversation = MethodScriptConversation(exchange, self.name, self.options)
            if !self.isAnswering {
                try await conversation.requireInstrument()
                self.noteAnswer()
            } else if exchange.startsDirty {
                // Where nothing ran, the instrument has refused the abort above and is deaf for a moment.
                try await exchange.rest(self.options.errorRest)
            }
            try await conversation.synchronise()
            try await conversation.switchCellOff()
        }
    }

    private func measure(
        _ sweep: ImpedanceSweep,
        _ tag: String,
        _ onPoint: @Sendable (ImpedancePoint) -> Void
    ) async throws(DeviceError) -> ImpedanceRecord {
        try await self.link.exchange("measure impedance", cleaning: .byExchange) { exchange throws(DeviceError) in
            let instrument = try await self.getKnown(exchange).instrument
            let plan: ImpedanceScript
            do throws(ImpedanceScript.Problem) {
                plan = try ImpedanceScript(sweep, tag: tag, on: instrument, equilibration: self.options.equilibration)
            } catch {
                throw self.error(
                    .misconfigured,
                    exchange,
                    error.description,
                    "Correct the measurement's limits in the configuration."
                )
            }
            exchange.silence = .unknownOutcome
            return try await ImpedanceRun(of: plan, on: self, exchange).measure(onPoint)
        }
    }

    /// The line may only have been lost for a moment: on a new one the cell can still be switched off.
    private func secondAttemptToSwitchOff(after error: DeviceError) async -> DeviceError {
        do {
            self.link.close()
            try await self.switchOff(error.command)
            return DeviceError(
                .timedOut,
                device: self.name,
                command: error.command,
                "\(error.detail); after the line was opened again the cell could be switched off",
                advice: "Check the cable, then measure again."
            )
        } catch let second {
            return DeviceError(
                .unknownOutcome,
                device: self.name,
                command: error.command,
                "\(error.detail); a second attempt failed too: \(second.detail)",
                advice: error.advice
            )
        }
    }

    /// The instrument at the other end, asked after each opening of the line. Only then it is told to end what it does.
    private func getKnown(
        _ exchange: LinkExchange
    ) async throws(DeviceError) -> (instrument: MethodScriptInstrument, identity: DeviceIdentity) {
        if self.known?.opening != self.link.openings { _ = try await self.recognise(exchange) }
        guard let known else {
            throw self.error(.absent, exchange, "the line was lost", "Check that the device is on and connected.")
        }
        if exchange.startsDirty || !known.isSynchronised {
            try await MethodScriptConversation(exchange, self.name, self.options).synchronise()
            self.known?.isSynchronised = true
        }
        return (known.instrument, known.identity)
    }

    private func recognise(
        _ exchange: LinkExchange
    ) async throws(DeviceError) -> (instrument: MethodScriptInstrument, identity: DeviceIdentity) {
        self.known = nil
        let conversation = MethodScriptConversation(exchange, self.name, self.options)
        let (instrument, identity) = try await conversation.askIdentity()
        self.known = (self.link.openings, instrument, identity, isSynchronised: false)
        self.noteAnswer()
        return (instrument, identity)
    }

    private nonisolated var isAnswering: Bool { self.answered.load(ordering: .relaxed) == self.link.openings }

    private nonisolated func noteAnswer() { self.answered.store(self.link.openings, ordering: .relaxed) }

    nonisolated func error(
        _ code: DeviceError.Code,
        _ exchange: LinkExchange,
        _ detail: String,
        _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: exchange.command, detail, advice: advice)
    }
}
