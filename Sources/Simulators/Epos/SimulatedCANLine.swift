public import DeviceKit
public import Links
import Protocols

/// A serial CAN adapter (slcan) with drives on its bus.
public actor SimulatedCANLine {
    /// How many frames came from the host.
    public private(set) var receivedCount = 0
    /// The next frame to the host is spoilt, once.
    private var spoilsNext = false
    private var isSilent = false

    private var nodes: [SimulatedCANopenNode]
    private let clock: LabClock
    private var listener: InstrumentListener?
    private var isOpen = false

    public init(_ drives: [SimulatedEposDrive], clock: LabClock = LabClock()) {
        self.nodes = drives.map { SimulatedCANopenNode($0) }
        self.clock = clock
    }

    public func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().openPseudoTerminal()
    }

    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().listen(host: host, port: port)
    }

    public func shutDown() { self.listener?.shutDown() }
    public func set(silent: Bool) { self.isSilent = silent }
    public func spoilNext() { self.spoilsNext = true }

    private func makeListener() -> InstrumentListener {
        let listener = InstrumentListener { [weak self] channel in await self?.serve(channel) }
        self.listener = listener
        return listener
    }

    private func serve(_ channel: ByteChannel) async {
        let port = InstrumentPort(channel)
        self.isOpen = false
        let speaking = Task { [weak self] in await self?.speak(port) }
        defer { speaking.cancel() }
        var decoder = SLCANDecoder()
        while let bytes = try? await channel.read() {
            for byte in bytes {
                guard let line = decoder.take(byte) else { continue }
                await self.take(line, port)
            }
        }
    }

    private func take(_ line: SLCANLine, _ port: InstrumentPort) async {
        switch line {
        case .open:
            port.send(SLCANLine.acknowledged.bytes)
            self.isOpen = true
            for index in self.nodes.indices { self.say(self.nodes[index].bootUp(), port) }
        case .close:
            self.isOpen = false
            port.send(SLCANLine.acknowledged.bytes)
        case .rate: port.send(SLCANLine.acknowledged.bytes)
        case .frame(let frame):
            guard self.isOpen else { return port.send(SLCANLine.refused.bytes) }
            self.receivedCount += 1
            await self.deliver(CANopenMessage(frame), port)
        case .acknowledged, .refused: break
        case .unknown: port.send(SLCANLine.refused.bytes)
        }
    }

    private func deliver(_ message: CANopenMessage, _ port: InstrumentPort) async {
        for index in self.nodes.indices {
            guard await !self.nodes[index].drive.faults.isSilent else { continue }
            var node = self.nodes[index]
            let answers = await node.take(message)
            self.nodes[index] = node
            for answer in answers { self.say(answer, port) }
        }
    }

    /// Heartbeats and emergencies, looked after ten times a second of lab time.
    private func speak(_ port: InstrumentPort) async {
        while !Task.isCancelled {
            let pause = max(.milliseconds(100), .milliseconds(20) * self.clock.speed)
            try? await self.clock.sleep(until: self.clock.now.advanced(by: pause))
            guard self.isOpen else { continue }
            for index in self.nodes.indices {
                let drive = self.nodes[index].drive
                guard await !drive.faults.isSilent else { continue }
                let code = await drive.faultCode()
                let period = await drive.parameters[EposObject.heartbeat.address] ?? 0
                for message in self.nodes[index].speak(fault: code, heartbeat: period, now: self.clock.now) {
                    self.say(message, port)
                }
            }
        }
    }

    private func say(_ message: CANopenMessage, _ port: InstrumentPort) {
        guard !self.isSilent else { return }
        var bytes = SLCANLine.frame(message.frame).bytes
        if self.spoilsNext {
            self.spoilsNext = false
            bytes[1] = UInt8(ascii: "?")
        }
        port.send(bytes)
    }
}
