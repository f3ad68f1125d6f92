public import DeviceKit
public import Links
public import Protocols

/// A potentiostat that speaks MethodSCRIPT, bound to a cell of the simulated world. It answers byte for byte as the
/// vendor's protocol description says, runs scripts, and takes as long over each point as a real one, in lab time.
///
///     let instrument = SimulatedPotentiostat(cell: ConstantPhaseCell(), clock: LabClock(speed: 100))
///     let endpoint = try await instrument.listen()
public actor SimulatedPotentiostat {
    public nonisolated let instrument: MethodScriptInstrument
    public nonisolated let serialNumber: String
    /// Told from outside how to misbehave.
    public var faults = InstrumentFaults()
    /// Whether an empty line follows an error that stopped a script; firmware differs. // unverified
    public var endsFailedScripts = true
    /// Command lines received, for assertions about what was sent.
    public private(set) var received: [String] = []

    private let cell: any ConductivityCellModel
    private let clock: LabClock
    private let noise: Double
    private var random: SeededNoise
    private var frontEnd: AnalogFrontEnd
    private var scriptMemory: [String]?
    private var loading: (run: Bool, lines: [String])?
    private var running: ScriptControl?
    private var deafUntil: ContinuousClock.Instant?
    private var line: [UInt8] = []
    private var host: InstrumentPort?
    private var server: LineServer?
    private var terminal: PseudoTerminal?
    private var accepting: Task<Void, Never>?
    private var reading: Task<Void, Never>?

    /// - Parameters:
    ///   - noise: relative standard deviation of what is measured.
    ///   - seed: of the noise.
    public init(
        _ instrument: MethodScriptInstrument = .emStat4LR,
        serialNumber: String = "ES4LR20B0008",
        cell: any ConductivityCellModel,
        clock: LabClock = LabClock(),
        noise: Double = 5e-4,
        seed: UInt64 = 1
    ) {
        self.instrument = instrument
        self.serialNumber = serialNumber
        self.cell = cell
        self.clock = clock
        self.noise = noise
        self.random = SeededNoise(seed: seed)
        self.frontEnd = AnalogFrontEnd(instrument)
    }

    /// Whether a script runs.
    public var isRunning: Bool { self.running != nil }

    public func set(faults: InstrumentFaults) { self.faults = faults }
    public func set(endsFailedScripts: Bool) { self.endsFailedScripts = endsFailedScripts }

    /// Serves one host after the other on TCP; port 0 takes a free one.
    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) -> LinkEndpoint {
        let server = try LineServer(host: host, port: port)
        self.server = server
        self.accepting = Task { [weak self] in
            while let channel = await server.accept() {
                guard let self else { return channel.close() }
                await self.attach(channel)
            }
        }
        return server.endpoint
    }

    /// Serves hosts on a new pseudo-terminal.
    public func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        let terminal = try PseudoTerminal()
        self.terminal = terminal
        self.attach(terminal.channel)
        return terminal.endpoint
    }

    /// Breaks the connection to the host: a TCP host may come again, a pseudo-terminal is gone.
    public func dropLink() {
        self.host?.channel.close()
        if self.terminal?.channel === self.host?.channel { self.terminal?.close() }
    }

    /// Sends bytes that nobody has asked for.
    public func emit(unasked bytes: [UInt8]) { self.host?.send(bytes) }

    public func shutDown() {
        self.running?.abort()
        self.server?.close()
        self.terminal?.close()
        self.host?.channel.close()
        self.accepting?.cancel()
        self.reading?.cancel()
    }

    private func attach(_ channel: ByteChannel) {
        self.host?.channel.close()
        self.host = InstrumentPort(channel)
        self.line = []
        self.loading = nil
        self.reading = Task { [weak self] in
            while let bytes = try? await channel.read() {
                guard let self else { return channel.close() }
                await self.take(bytes)
            }
        }
    }

    private func take(_ bytes: [UInt8]) {
        for byte in bytes where byte != 0x11 && byte != 0x13 && byte != 0x0D {
            if let until = self.deafUntil {
                if ContinuousClock.now < until { continue }
                self.deafUntil = nil
            }
            if byte == 0x0A {
                let line = String(decoding: self.line, as: UTF8.self)
                self.line = []
                self.takeLine(line)
            } else if self.line.count < 1024 {
                self.line.append(byte)
            }
        }
    }

    private func takeLine(_ line: String) {
        if var loading {
            guard !line.isEmpty else {
                self.loading = nil
                return self.load(loading.lines, thenRun: loading.run)
            }
            loading.lines.append(line)
            self.loading = loading
            return
        }
        self.received.append(line)
        if let running { self.takeWhileRunning(line, running) } else { self.takeWhileIdle(line) }
    }

    private func takeWhileRunning(_ line: String, _ running: ScriptControl) {
        switch line {
        case "": break
        case "Z":
            self.reply("Z")
            running.abort()
        case "Y":
            self.reply("Y")
            running.abortLoop()
        case "h":
            self.reply("h")
            running.halt()
        case "H":
            self.reply("H")
            running.resume()
        case "R": self.reply("R")
        default: self.refuse(line, .wrongMode)
        }
    }

    private func takeWhileIdle(_ line: String) {
        switch line {
        case "": self.reply("")
        case "t":
            self.reply("t\(self.instrument.identifier)1500#Mar 12 2026 14:28:01")
            self.reply("R*")
        case "i": self.reply("i\(self.serialNumber)")
        case "v": self.reply("v01.09.00")
        case "m": self.reply("m\(self.serialNumber)")
        case "CC": self.reply("C000000000000000000000000000000000000002F0000003FFFFF98FF00000002")
        case "e": self.loading = (true, [])
        case "l": self.loading = (false, [])
        case "r":
            guard let script = self.scriptMemory else { return self.refuse(line, .noScriptLoaded) }
            self.parse(script, echo: "r", run: true)
        case "Z", "Y", "h", "H", "R": self.refuse(line, .wrongMode)
        case "Fmscr", "Lmscr":
            self.scriptMemory == nil ? self.refuse(line, .noScriptLoaded) : self.reply(String(line.prefix(1)))
        case _ where line.hasPrefix("G") || line.hasPrefix("S"):
            self.refuse(line, MethodScriptErrorCode(rawValue: 0x0004))
        default: self.refuse(line, .unknownCommand)
        }
    }

    private func load(_ lines: [String], thenRun run: Bool) {
        self.scriptMemory = lines
        self.parse(lines, echo: run ? "e" : "l", run: run)
    }

    private func parse(_ lines: [String], echo: String, run: Bool) {
        do {
            let program = try ScriptParser.parse(lines)
            self.reply(echo)
            if run { self.start(program) }
        } catch {
            self.scriptMemory = nil
            self.reply(echo + String(decoding: error.bytes, as: UTF8.self))
            self.becomeDeaf()
        }
    }

    private func start(_ program: ScriptProgram) {
        let control = ScriptControl(clock: self.clock)
        self.running = control
        var frontEnd = AnalogFrontEnd(self.instrument)
        frontEnd.isCellOn = self.frontEnd.isCellOn
        let surroundings = ScriptRuntime.Surroundings(
            cell: self.cell,
            clock: self.clock,
            control: control,
            noise: self.noise,
            faults: { [weak self] in await self?.faults ?? InstrumentFaults() },
            emit: { [weak self] line in await self?.emit(line) },
            pointSent: { [weak self] count in await self?.noticePoint(count) }
        )
        // The script ends by itself or by its control.
        Task { [random = self.random] in
            var runtime = ScriptRuntime(surroundings, frontEnd: frontEnd, noise: random)
            do throws(MethodScriptFault) {
                try await runtime.run(program)
                self.finish(runtime, nil)
            } catch {
                self.finish(runtime, error)
            }
        }
    }

    private func finish(_ runtime: ScriptRuntime, _ fault: MethodScriptFault?) {
        self.frontEnd = runtime.frontEnd
        self.random = runtime.noise
        self.running = nil
        if let fault {
            self.reply(String(decoding: fault.bytes, as: UTF8.self))
            self.becomeDeaf()
        }
        if fault == nil || self.endsFailedScripts { self.reply("") }
    }

    private func noticePoint(_ count: Int) {
        if self.faults.dropsAfterPoints == count { self.dropLink() }
    }

    private func refuse(_ line: String, _ code: MethodScriptErrorCode) {
        self.reply(String(line.prefix(1)) + String(decoding: MethodScriptFault(code).bytes, as: UTF8.self))
        self.becomeDeaf()
    }

    /// After an error an instrument ignores what it is told, for 50 to 100 ms. Wall time: it is a trait of the wire.
    private func becomeDeaf() {
        self.deafUntil = .now + .milliseconds(60)
    }

    private func reply(_ line: String) {
        self.emit(Array(line.utf8))
    }

    private func emit(_ line: [UInt8]) {
        guard !self.faults.isSilent else { return }
        let garbage = self.faults.garbage
        let delay = self.faults.lateBy
        self.faults.garbage = []
        self.faults.lateBy = nil
        self.host?.send(garbage + line + [0x0A], after: delay, inPiecesOf: self.faults.pieces)
    }
}
