public import DeviceKit

/// One request and its answer, or one conversation, on a link. It is valid inside the closure it is given to.
public final class LinkExchange {
    /// What is being done, for messages.
    public var command: String
    /// What it means when no answer comes.
    public var silence: DeviceError.Code
    /// Goes on although the task is cancelled: set it while bringing the device to rest.
    public var isShielded: Bool
    /// Said by the driver when, whatever error it throws, no answer can be on its way any more.
    public var isSettled = false
    /// Whether an answer to an earlier request may still come; only with cleaning by the exchange.
    public let startsDirty: Bool
    /// Everything sent and received in this exchange, in order.
    public private(set) var record: [UInt8] = []

    let link: ByteLink
    private let channel: ByteChannel
    private let start = ContinuousClock.now
    private let interruptionsBefore: Int
    private var pending: [UInt8]

    init(
        of link: ByteLink, command: String, channel: ByteChannel, kept: [UInt8], silence: DeviceError.Code,
        shielded: Bool, startsDirty: Bool, interruptions: Int
    ) {
        self.link = link
        self.command = command
        self.channel = channel
        self.pending = kept
        self.silence = silence
        self.isShielded = shielded
        self.startsDirty = startsDirty
        self.interruptionsBefore = interruptions
    }

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
        self.record += bytes
        self.link.record(.sent, bytes)
    }

    /// The next line without its ending. Its first byte has to come within `limit` (nil = the first-byte time-out, and
    /// then the whole exchange within the total time-out).
    ///
    /// - Throws: `.garbled` for a line longer than `longest` bytes.
    public func readLine(
        ending: UInt8 = 0x0A, longest: Int = 4096, within limit: Duration? = nil
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
        longest: Int = 4096, within limit: Duration? = nil, _ length: (ArraySlice<UInt8>) -> Int?
    ) async throws(DeviceError) -> [UInt8] {
        var deadline = ContinuousClock.now + (limit ?? self.timeouts.firstByte)
        var gap = limit ?? self.timeouts.firstByte
        if !self.pending.isEmpty { (deadline, gap) = self.nextDeadline() }
        if limit == nil { deadline = min(deadline, self.start + self.timeouts.total) }
        while true {
            if !self.pending.isEmpty, let count = length(self.pending[...]), count <= self.pending.count {
                defer { self.pending.removeFirst(count) }
                return Array(self.pending[..<count])
            }
            guard self.pending.count < longest else {
                throw self.link.error(
                    .garbled, self.command, "\(self.pending.count) bytes came without an end: \(Self.printable(self.pending))",
                    "Check the line settings of the device.")
            }
            self.pending += try await self.receive(until: deadline, gap)
            (deadline, gap) = self.nextDeadline()
            if limit == nil { deadline = min(deadline, self.start + self.timeouts.total) }
        }
    }

    /// What comes until nothing has come for the between-bytes time-out: for devices whose answers have no end.
    /// Empty if nothing came within the first-byte time-out.
    public func readUntilQuiet(longest: Int = 4096, within limit: Duration? = nil) async throws(DeviceError) -> [UInt8] {
        var bytes = self.pending
        self.pending = []
        var deadline = ContinuousClock.now + (bytes.isEmpty ? limit ?? self.timeouts.firstByte : self.timeouts.betweenBytes)
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
        if !self.pending.isEmpty { self.link.record(.dropped, self.pending) }
        self.pending = []
        while true {
            do {
                let bytes = try await self.channel.read(until: deadline, shielded: self.isShielded)
                self.record += bytes
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
    var unread: [UInt8] { self.pending }

    private func receive(
        until deadline: ContinuousClock.Instant, _ gap: Duration
    ) async throws(DeviceError) -> [UInt8] {
        do {
            let bytes = try await self.channel.read(until: deadline, shielded: self.isShielded)
            self.note(bytes)
            return bytes
        } catch {
            let silence =
                self.pending.isEmpty
                ? "no answer within \(gap)" : "the answer stopped after \(Self.printable(self.pending))"
            throw self.deviceError(error, silence)
        }
    }

    private func note(_ bytes: [UInt8]) {
        self.record += bytes
        self.link.record(.received, bytes)
    }

    private func nextDeadline() -> (ContinuousClock.Instant, Duration) {
        (.now + self.timeouts.betweenBytes, self.timeouts.betweenBytes)
    }

    private func deviceError(_ error: ChannelError, _ silence: String) -> DeviceError {
        switch error {
        case .timedOut:
            self.link.error(self.silence, self.command, silence, "Check that the device is on and connected to \(self.link.address).")
        case .cancelled:
            self.link.error(.cancelled, self.command, "stopped while waiting for the answer", "Nothing is to be done.")
        case .overtaken:
            self.link.error(.cancelled, self.command, "overtaken by a stop while it was being sent", "Nothing is to be done.")
        case .ended(let reason):
            self.link.error(
                self.record.isEmpty ? .absent : self.silence, self.command, "\(self.link.address): \(reason)",
                "Check plug and power of the device.")
        case .occupied:
            self.link.error(.busy, self.command, "somebody else reads from \(self.link.address)", "This is a fault of the driver.")
        }
    }
}
