public import DeviceKit
import DeviceProfiles
public import Links
import Protocols

/// Devices on one line of text, simulated by their profiles; most lines have one.
public actor SimulatedTextLine {
    /// How the devices misbehave; the default misbehaves in no way.
    public struct Faults: Sendable, Hashable {
        public var isSilent = false
        /// Sent in front of the next answer, once.
        public var garbage: [UInt8] = []
        /// Answers the next request in place of what it should say, once; the ending is added.
        public var wrongAnswer: [UInt8]?
        /// The next answer comes this much later, once. Wall time.
        public var lateBy: Duration?
        /// Acknowledges actions without doing them.
        public var isStuck = false
        /// Does actions without answering.
        public var isMute = false
        /// Spoils the next answer's check characters, or its last byte where it has none, once.
        public var spoilsNext = false

        public init() {}
    }

    public var faults = Faults()
    /// Requests as they came, without their ending.
    public private(set) var received: [[UInt8]] = []

    private var members: [ProfiledTextServer]
    private let rules: ProfileTextProtocol
    private let clock: LabClock
    private var instant: LabClock.Instant
    private var listener: InstrumentListener?

    /// - Parameter models: all of profiles with the same text protocol. Nil if the first one has none.
    public init?(_ models: [ProfiledModel], clock: LabClock = LabClock()) {
        guard let rules = models.first?.profile.link.text else { return nil }
        self.members = models.map { ProfiledTextServer(model: $0) }
        self.rules = rules
        self.clock = clock
        self.instant = clock.now
    }

    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().listen(host: host, port: port)
    }

    public func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().openPseudoTerminal()
    }

    public func shutDown() { self.listener?.shutDown() }
    public func set(faults: Faults) { self.faults = faults }

    /// The value of a device's state now.
    public func value(_ state: String, of member: Int = 0) -> StateValue? {
        self.catchUp()
        return self.members[member].model.values[state]
    }

    public func set(_ state: String, _ value: StateValue, of member: Int = 0) {
        self.catchUp()
        self.members[member].model.set(state, value)
    }

    private func makeListener() -> InstrumentListener {
        let listener = InstrumentListener { [weak self] channel in await self?.serve(channel) }
        self.listener = listener
        return listener
    }

    private func serve(_ channel: ByteChannel) async {
        let port = InstrumentPort(channel)
        let talking = self.talk(port)
        defer { talking?.cancel() }
        var pending: [UInt8] = []
        while let bytes = try? await channel.read() {
            pending += bytes
            while let end = pending.firstRange(of: self.rules.framing.requestEnd) {
                let request = Array(pending[..<end.lowerBound])
                pending.removeSubrange(..<end.upperBound)
                self.answer(request, port)
            }
            if pending.count > 4096 { pending = [] }
        }
    }

    /// Devices that speak by themselves do so five times a second of lab time.
    private func talk(_ port: InstrumentPort) -> Task<Void, Never>? {
        guard self.members.contains(where: { $0.announcement() != nil }) else { return nil }
        return Task { [weak self, clock] in
            while !Task.isCancelled, let self {
                await self.announce(port)
                try? await clock.sleep(until: clock.now.advanced(by: .milliseconds(200)))
            }
        }
    }

    private func announce(_ port: InstrumentPort) {
        self.catchUp()
        for member in self.members {
            if let message = member.announcement() { self.send(message, port) }
        }
    }

    private func answer(_ framed: [UInt8], _ port: InstrumentPort) {
        self.catchUp()
        var request = framed
        if let checksum = self.rules.framing.checksum {
            let body = Array(framed.dropLast(checksum.length))
            guard checksum.characters(of: body).elementsEqual(framed.suffix(checksum.length)) else { return }
            request = body
        }
        self.received.append(request)
        for index in self.members.indices {
            self.members[index].isStuck = self.faults.isStuck
            switch self.members[index].answer(request) {
            case .unknown: continue
            case .refused: return self.refuse(port)
            case .message(let message, let isOfAction):
                if let message, !(isOfAction && self.faults.isMute) { self.send(message, port) }
                return
            }
        }
        self.refuse(port)
    }

    private func refuse(_ port: InstrumentPort) {
        guard let refusal = self.rules.refusals.first, let message = refusal.pattern.bytes(["code": .word("1")]) else {
            return
        }
        self.send(message, port)
    }

    private func send(_ message: [UInt8], _ port: InstrumentPort) {
        guard !self.faults.isSilent else { return }
        var ending: [UInt8] = []
        if case .bytes(let bytes) = self.rules.framing.replyEnd { ending = bytes }
        var bytes = self.rules.framing.framed(self.faults.wrongAnswer ?? message, ending: ending)
        if self.faults.spoilsNext, bytes.count > ending.count { bytes[bytes.count - ending.count - 1] ^= 0x11 }
        port.send(self.faults.garbage + bytes, after: self.faults.lateBy)
        self.faults.garbage = []
        self.faults.wrongAnswer = nil
        self.faults.lateBy = nil
        self.faults.spoilsNext = false
    }

    private func catchUp() {
        let now = self.clock.now
        let elapsed = self.instant.duration(to: now)
        for index in self.members.indices { self.members[index].model.advance(by: elapsed) }
        self.instant = now
    }
}
