public import DeviceKit
import Synchronization

/// One request and its answer, or one conversation, on a link. It is valid inside the closure it is given to.
public final class LinkExchange: Sendable {
    private struct State {
        var command: String
        var silence: DeviceError.Code
        var isShielded: Bool
        /// The count of interruptions at which the exchange was settled.
        var settledAt: Int?
        var record: [UInt8] = []
        var pending: [UInt8]
    }

    /// Whether an answer to an earlier request may still come; only with cleaning by the exchange.
    public let startsDirty: Bool
    private let link: ByteLink
    private let channel: ByteChannel
    private let start = ContinuousClock.now
    private let interruptionsBefore: Int
    private let state: Mutex<State>

    init(
        of link: ByteLink,
        command: String,
        channel: ByteChannel,
        kept: [UInt8],
        silence: DeviceError.Code,
        shielded: Bool,
        startsDirty: Bool,
        interruptions: Int
    ) {
        self.link = link
        self.channel = channel
        self.startsDirty = startsDirty
        self.interruptionsBefore = interruptions
        self.state = Mutex(State(command: command, silence: silence, isShielded: shielded, pending: kept))
    }

    /// What is being done, for messages.
    public var command: String {
        get { self.state.withLock { $0.command } }
        set { self.state.withLock { $0.command = newValue } }
    }

    /// What it means when no answer comes.
    public var silence: DeviceError.Code {
        get { self.state.withLock { $0.silence } }
        set { self.state.withLock { $0.silence = newValue } }
    }

    /// Goes on although the task is cancelled: set it while bringing the device to rest.
    public var isShielded: Bool {
        get { self.state.withLock { $0.isShielded } }
        set { self.state.withLock { $0.isShielded = newValue } }
    }

    /// Said by the driver when, whatever error it throws, no answer can be on its way any more. A later interruption
    /// revokes it.
    public var isSettled: Bool {
        get { self.state.withLock { $0.settledAt } == self.link.interruptions }
        set {
            let interruptions = self.link.interruptions
            self.state.withLock { $0.settledAt = newValue ? interruptions : nil }
        }
    }

    /// Everything sent and received in this exchange, in order.
    public var record: [UInt8] { self.state.withLock { $0.record } }
    public var timeouts: LinkTimeouts { self.link.timeouts }
    /// Whether bytes of higher priority have gone out since this exchange began.
    public var wasInterrupted: Bool { self.link.interruptions != self.interruptionsBefore }

    /// Sends all of `bytes` within the write time-out.
    public func write(_ bytes: [UInt8]) async throws(DeviceError) {
        do {
            try await self.channel.write(bytes, until: .now + self.timeouts.write, shielded: self.isShielded)
        } catch {
            throw self.deviceError(error, "the request could not be sent within \(self.timeouts.write)")
        }
        self.state.withLock { $0.record += bytes }
        self.link.record(.sent, bytes)
    }

    /// The next line without its ending. Its first byte has to come within `limit` (nil = the first-byte time-out, and
    /// then the whole exchange within the total time-out).
    ///
    /// - Throws: `.garbled` for a line longer than `longest` bytes.
    public func readLine(
        ending: UInt8 = 0x0A,
        longest: Int = 4096,
        within limit: Duration? = nil
    ) async throws(DeviceError) -> [UInt8] {
        try await self.readFrame(longest: longest, within: limit) { bytes in
            bytes.firstIndex(of: ending).map { $0 - bytes.startIndex + 1 }
        }.dropLast()
    }

    /// Exactly `count` bytes.
    public func read(count: Int, within limit: Duration? = nil) async throws(DeviceError) -> [UInt8] {
        try await self.readFrame(longest: max(count, 1), within: limit) { $0.count >= count ? count : nil }
    }

    /// The next frame: `length` looks at what has come so far and says how many bytes the frame has, or nil for more.
    public func readFrame(
        longest: Int = 4096,
        within limit: Duration? = nil,
        _ length: (ArraySlice<UInt8>) -> Int?
    ) async throws(DeviceError) -> [UInt8] {
        var deadline = ContinuousClock.now + (limit ?? self.timeouts.firstByte)
        var gap = limit ?? self.timeouts.firstByte
        if self.pendingCount > 0 { (deadline, gap) = self.nextDeadline() }
        while true {
            if limit == nil { deadline = min(deadline, self.start + self.timeouts.total) }
            if let frame = self.takeFrame(length) { return frame }
            guard self.pendingCount < longest else {
                let bytes = self.unread
                throw self.link.error(
                    .garbled,
                    self.command,
                    "\(bytes.count) bytes came without an end: \(Self.printable(bytes))",
                    "Check the line settings of the device."
                )
            }
            try await self.receive(until: deadline, gap)
            (deadline, gap) = self.nextDeadline()
        }
    }

    /// What comes until nothing has come for the between-bytes time-out: for devices whose answers have no end.
    /// Empty if nothing came within the first-byte time-out.
    public func readUntilQuiet(longest: Int = 4096, within limit: Duration? = nil) async throws(DeviceError) -> [UInt8]
    {
        var bytes = self.takePending()
        var deadline =
            ContinuousClock.now + (bytes.isEmpty ? limit ?? self.timeouts.firstByte : self.timeouts.betweenBytes)
        while bytes.count < longest {
            do {
                let chunk = try await self.channel.read(until: deadline, shielded: self.isShielded)
                self.note(chunk)
                bytes += chunk
                deadline = .now + self.timeouts.betweenBytes
            } catch {
                guard error == .timedOut else { throw self.deviceError(error, "") }
                return bytes
            }
        }
        return bytes
    }

    /// Lets `duration` pass, dropping what comes meanwhile: for devices that are deaf after an error.
    public func rest(_ duration: Duration) async throws(DeviceError) {
        let deadline = ContinuousClock.now + duration
        let pending = self.takePending()
        if !pending.isEmpty { self.link.record(.dropped, pending) }
        while true {
            do {
                let bytes = try await self.channel.read(until: deadline, shielded: self.isShielded)
                self.state.withLock { $0.record += bytes }
                self.link.record(.dropped, bytes)
            } catch {
                guard error == .timedOut else { throw self.deviceError(error, "") }
                return
            }
        }
    }

    /// A readable form of bytes, for messages: text as it stands, other bytes as `\x0A`, cut after 80.
    public static func printable(_ bytes: some Sequence<UInt8>) -> String {
        var text = "“"
        for (index, byte) in bytes.enumerated() {
            if index == 80 { return text + "…”" }
            if (0x20..<0x7F).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            }
        }
        return text + "”"
    }

    /// What was received and not asked for.
    public var unread: [UInt8] { self.state.withLock { $0.pending } }
    private var pendingCount: Int { self.state.withLock { $0.pending.count } }

    private func takePending() -> [UInt8] {
        self.state.withLock { state in
            defer { state.pending = [] }
            return state.pending
        }
    }

    private func takeFrame(_ length: (ArraySlice<UInt8>) -> Int?) -> [UInt8]? {
        let pending = self.unread
        guard !pending.isEmpty, let count = length(pending[...]), count <= pending.count else { return nil }
        self.state.withLock { $0.pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    private func receive(
        until deadline: ContinuousClock.Instant,
        _ gap: Duration
    ) async throws(DeviceError) {
        do {
            let bytes = try await self.channel.read(until: deadline, shielded: self.isShielded)
            self.note(bytes)
            self.state.withLock { $0.pending += bytes }
        } catch {
            let pending = self.unread
            let silence =
                pending.isEmpty ? "no answer within \(gap)" : "the answer stopped after \(Self.printable(pending))"
            throw self.deviceError(error, silence)
        }
    }

    private func note(_ bytes: [UInt8]) {
        self.state.withLock { $0.record += bytes }
        self.link.record(.received, bytes)
    }

    private func nextDeadline() -> (ContinuousClock.Instant, Duration) {
        (.now + self.timeouts.betweenBytes, self.timeouts.betweenBytes)
    }

    private func deviceError(_ error: ChannelError, _ silence: String) -> DeviceError {
        switch error {
        case .timedOut:
            self.link.error(
                self.silence,
                self.command,
                silence,
                "Check that the device is on and connected to \(self.link.address)."
            )
        case .cancelled:
            self.link.error(.cancelled, self.command, "stopped while waiting for the answer", "Nothing is to be done.")
        case .overtaken:
            self.link.error(
                .cancelled,
                self.command,
                "overtaken by a stop while it was being sent",
                "Nothing is to be done."
            )
        case .ended(let reason):
            self.link.error(
                self.record.isEmpty ? .absent : self.silence,
                self.command,
                "\(self.link.address): \(reason)",
                "Check plug and power of the device."
            )
        case .occupied:
            self.link.error(
                .busy,
                self.command,
                "somebody else reads from \(self.link.address)",
                "This is a fault of the driver."
            )
        }
    }
}
