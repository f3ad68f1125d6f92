import DeviceKit
public import Links
public import Protocols

/// A maxon serial line with its drives: the first one is on the line and passes on to the others.
public actor SimulatedEposLine {
    public private(set) var faults = EposLineFaults()
    /// Requests that were understood, oldest first; the last few hundred.
    public private(set) var received: [EposRequest] = []

    private let drives: [SimulatedEposDrive]
    private let dialect: EposDialect
    private var listener: InstrumentListener?

    /// Wall time after which the drive on the line says that another one does not answer.
    private static let busLimit = Duration.milliseconds(150)
    /// Wall time after which half a message is forgotten.
    private let frameLimit: Duration

    /// - Parameter frameLimit: wall time after which half a message is forgotten.
    public init(_ drives: [SimulatedEposDrive], dialect: EposDialect, frameLimit: Duration = .milliseconds(500)) {
        self.drives = drives
        self.dialect = dialect
        self.frameLimit = frameLimit
    }

    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().listen(host: host, port: port)
    }

    public func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().openPseudoTerminal()
    }

    public func shutDown() { self.listener?.shutDown() }
    public func set(faults: EposLineFaults) { self.faults = faults }

    private func makeListener() -> InstrumentListener {
        let dialect = self.dialect
        let listener = InstrumentListener { [weak self] channel in
            if dialect == .v1 { await self?.serveV1(channel) } else { await self?.serveV2(channel) }
        }
        self.listener = listener
        return listener
    }

    private func serveV2(_ channel: ByteChannel) async {
        let port = InstrumentPort(channel)
        var decoder = EposV2Decoder()
        var last = ContinuousClock.now
        while let bytes = try? await channel.read() {
            if ContinuousClock.now - last > self.frameLimit { decoder.lineWasQuiet() }
            last = .now
            for byte in bytes {
                let response: EposResponse
                switch decoder.take(byte) {
                case .frame(let frame):
                    guard let answer = await self.answer(frame.code, frame.payload) else { continue }
                    response = answer
                case .spoiled: response = EposResponse(error: .checksum)
                case nil: continue
                }
                self.send(EposV2Frame(code: EposResponse.code, payload: response.payload).bytes, port)
            }
        }
    }

    private func serveV1(_ channel: ByteChannel) async {
        let port = InstrumentPort(channel)
        var server = EposV1Server()
        var last = ContinuousClock.now
        while let bytes = try? await channel.read() {
            if ContinuousClock.now - last > self.frameLimit { server = EposV1Server() }
            last = .now
            for byte in bytes {
                switch server.take(byte) {
                case .say(let bytes): self.send(bytes, port, isAnswer: false)
                case .sayAnswer(let bytes): self.send(bytes, port)
                case .message(let message):
                    self.send([EposV1Message.okay], port, isAnswer: false)
                    guard let answer = await self.answer(message.code, message.payload) else { continue }
                    self.send(server.begin(answer), port, isAnswer: false)
                case nil: continue
                }
            }
        }
    }

    /// Nil for what is not answered.
    private func answer(_ code: UInt8, _ payload: [UInt8]) async -> EposResponse? {
        guard !self.faults.isSilent else { return nil }
        guard let request = EposRequest(code: code, payload: payload, self.dialect) else {
            return EposResponse(error: .illegalCommand)
        }
        self.received.append(request)
        if self.received.count > 2000 { self.received.removeFirst(1000) }
        switch request {
        case .nmt(let command, let node):
            if command == .resetNode {
                for drive in self.drives where node == 0 || drive.node == node { await drive.losePower() }
            }
            return request.isAnswered(self.dialect) ? EposResponse() : nil
        case .read(let address, let node):
            guard let drive = await self.drive(node) else { return EposResponse(error: .timedOut, value: 0) }
            switch await drive.upload(address) {
            case .success(let bytes):
                return EposResponse(value: bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
            case .failure(let error): return EposResponse(error: error, value: 0)
            }
        case .write(let address, let value, let node):
            guard let drive = await self.drive(node) else { return EposResponse(error: .timedOut) }
            return EposResponse(error: await drive.download(address, value, size: nil))
        }
    }

    /// Node 0 is the drive on the line. Nil, after a while, where nobody answers.
    private func drive(_ node: UInt8) async -> SimulatedEposDrive? {
        let drive = node == 0 ? self.drives.first : self.drives.first { $0.node == node }
        if let drive, await !drive.faults.isSilent { return drive }
        try? await Task.sleep(for: Self.busLimit)
        return nil
    }

    private func send(_ bytes: [UInt8], _ port: InstrumentPort, isAnswer: Bool = true) {
        guard !self.faults.isSilent else { return }
        guard isAnswer else { return port.send(bytes) }
        var bytes = bytes
        if self.faults.spoilsNext { bytes[bytes.count - 1] ^= 0x11 }
        bytes.removeLast(min(self.faults.loses, bytes.count))
        port.send(self.faults.garbage + bytes, after: self.faults.lateBy)
        self.faults = EposLineFaults()
    }
}
