public import Links

/// An Arduino with up to four relays of the simulated world, answering as the original firmware does: pin read-back
/// without a line ending, and nothing at all while it boots after its port was opened.
public actor SimulatedArduinoRelayBoard {
    /// How the board misbehaves; the default misbehaves in no way.
    public struct Faults: Sendable, Hashable {
        public var isSilent = false
        /// Sent in front of the next answer, once.
        public var garbage: [UInt8] = []
        /// The next answer comes this much later, once. Wall time.
        public var lateBy: Duration?
        /// Acknowledges a switching without doing it; the read-back tells the truth.
        public var isStuck = false
        /// Switches without answering.
        public var isMute = false

        public init() {}
    }

    public var faults = Faults()
    /// Command lines received.
    public private(set) var received: [String] = []

    private let relays: [Int: any RelayModel]
    /// Ends answers with a line ending, as improved firmware does.
    private let endsLines: Bool
    private let boot: Duration
    private var deafUntil: ContinuousClock.Instant
    private var line: [UInt8] = []
    private var host: InstrumentPort?
    private var server: LineServer?
    private var terminal: PseudoTerminal?
    private var accepting: Task<Void, Never>?
    private var reading: Task<Void, Never>?

    /// - Parameters:
    ///   - relays: by channel, 1…4; channels left out are pins without a relay and answer `0`.
    ///   - boot: how long the board is deaf after a TCP host came, or, on a pseudo-terminal, from the beginning.
    public init(relays: [Int: any RelayModel], boot: Duration = .milliseconds(50), endsLines: Bool = false) {
        self.relays = relays
        self.boot = boot
        self.endsLines = endsLines
        self.deafUntil = .now + boot
    }

    public func set(faults: Faults) { self.faults = faults }

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

    public func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        let terminal = try PseudoTerminal()
        self.terminal = terminal
        self.attach(terminal.channel)
        return terminal.endpoint
    }

    public func shutDown() {
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
        self.deafUntil = .now + self.boot
        self.reading = Task { [weak self] in
            while let bytes = try? await channel.read() {
                guard let self else { return channel.close() }
                await self.take(bytes)
            }
        }
    }

    private func take(_ bytes: [UInt8]) async {
        for byte in bytes where ContinuousClock.now >= self.deafUntil {
            if byte == 0x0A {
                let line = String(decoding: self.line, as: UTF8.self)
                self.line = []
                await self.answer(line)
            } else if self.line.count < 64 {
                self.line.append(byte)
            }
        }
    }

    private func answer(_ line: String) async {
        self.received.append(line)
        let parts = line.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let channel = Int(parts[0]), (1...4).contains(channel) else {
            return self.send("Invalid input")
        }
        let relay = self.relays[channel]
        switch parts[1] {
        case "1", "0":
            let energised = parts[1] == "1"
            if !self.faults.isStuck { await relay?.set(energised: energised) }
            if !self.faults.isMute { self.send(energised && relay != nil ? "1" : "0") }
        case "read":
            self.send(await relay?.isEnergised() == true ? "1" : "0")
        case "pulse":
            await relay?.set(energised: true)
            try? await ContinuousClock().sleep(for: .milliseconds(250))
            await relay?.set(energised: false)
        default:
            self.send("Invalid input")
        }
    }

    private func send(_ text: String) {
        guard !self.faults.isSilent else { return }
        let bytes = self.faults.garbage + Array(text.utf8) + (self.endsLines ? [0x0D, 0x0A] : [])
        let delay = self.faults.lateBy
        self.faults.garbage = []
        self.faults.lateBy = nil
        self.host?.send(bytes, after: delay)
    }
}
