public import DeviceKit
import Synchronization

/// The line to one device: one exchange at a time, by priority; opened when first needed and made trustworthy again
/// after every time-out, so that a late answer is never given to the next request.
///
///     let link = ByteLink(device: "potentiostat", over: TCPLink(host: "10.0.0.7", port: 49152))
///     let version = try await link.exchange("t") { exchange in
///         try await exchange.write([0x74, 0x0A])
///         return try await exchange.readLine()
///     }
public final class ByteLink: Sendable {
    public let device: String
    public let timeouts: LinkTimeouts
    private let transport: any LinkTransport
    private let recovery: LinkRecovery
    private let unsolicited: UnsolicitedBytes
    private let tap: LinkTap?
    private let turns = TurnQueue()
    private let line = Mutex(Line())

    /// What happens to bytes that arrive while no exchange waits for them.
    public enum UnsolicitedBytes: Sendable, Hashable {
        /// Dropped and counted: for devices that only speak when asked.
        case drop
        /// Given to the next exchange: for devices that report events.
        case keep
    }

    /// Who makes a dirty line trustworthy again.
    public enum Cleaning: Sendable, Hashable {
        /// The link, by its recovery.
        case byLink
        /// The exchange, because its device has a better way to find the beginning of an answer; it looks at
        /// `startsDirty` and says `isSettled`.
        case byExchange
    }

    private struct Line {
        var channel: ByteChannel?
        var isDirty = false
        var droppedBytes = 0
        var openings = 0
        var lastExchange: ContinuousClock.Instant?
        /// Counts the interruptions, so that an exchange can tell whether one fell into it.
        var interruptions = 0
        /// Bytes an earlier exchange has read too many, where they are kept.
        var leftover: [UInt8] = []
    }

    /// - Parameters:
    ///   - device: name for messages.
    ///   - recovery: nil takes the transport's own.
    public init(
        device: String,
        over transport: any LinkTransport,
        timeouts: LinkTimeouts = LinkTimeouts(),
        recovery: LinkRecovery? = nil,
        unsolicited: UnsolicitedBytes = .drop,
        tap: LinkTap? = nil
    ) {
        self.device = device
        self.transport = transport
        self.timeouts = timeouts
        self.recovery = recovery ?? transport.recovery
        self.unsolicited = unsolicited
        self.tap = tap
    }

    public var address: String { self.transport.address }
    /// Bytes that came too late or unasked and were given to nobody.
    public var droppedBytes: Int { self.line.withLock { $0.droppedBytes } }
    /// How often the line has been opened.
    public var openings: Int { self.line.withLock { $0.openings } }
    /// Whether an answer that nobody waits for may still come.
    public var isDirty: Bool { self.line.withLock { $0.isDirty } }
    public var isOpen: Bool { self.line.withLock { $0.channel.map { $0.end == nil } ?? false } }

    /// Runs one exchange when its turn has come.
    ///
    /// After an error that leaves the answer open (time-out, garbage, lost line, cancellation) the line is dirty and is
    /// drained or reopened before the next exchange.
    ///
    /// - Parameters:
    ///   - command: what is being done, for messages.
    ///   - silence: what it means when no answer comes: `.timedOut` if the command moves nothing, else `.unknownOutcome`.
    ///   - waiting: longest wait for the turn; nil means the total time-out.
    ///   - shielded: goes on in a cancelled task: for bringing a device to rest.
    ///   - cleaning: who makes a dirty line trustworthy again.
    /// - Throws: `.busy` where the turn does not come, `.absent` where the line cannot be opened, and what `body` throws.
    public func exchange<Value: Sendable>(
        _ command: String,
        priority: LinkPriority = .run,
        silence: DeviceError.Code = .timedOut,
        waiting: Duration? = nil,
        shielded: Bool = false,
        cleaning: Cleaning = .byLink,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (LinkExchange) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        try await self.takeTurn(command, priority, within: waiting ?? self.timeouts.total, shielded: shielded)
        defer { self.turns.passOn() }
        let channel = try await self.trustworthyChannel(command, cleaning, shielded: shielded)
        try self.admit(command)
        let exchange = self.line.withLock { line in
            defer { line.leftover = [] }
            return LinkExchange(
                of: self,
                command: command,
                channel: channel,
                kept: line.leftover,
                silence: silence,
                shielded: shielded,
                startsDirty: line.isDirty,
                interruptions: line.interruptions
            )
        }
        do {
            let value = try await body(exchange)
            self.finish(exchange, dirty: exchange.wasInterrupted && !exchange.isSettled)
            return value
        } catch {
            self.finish(exchange, dirty: !exchange.isSettled && Self.leavesAnswerOpen(error.code))
            throw error
        }
    }

    /// Puts bytes on the wire at once, whatever is in flight: for stopping. What an exchange is just writing is cut
    /// off; the exchange sees `wasInterrupted`, and reads on or gives up as its device demands.
    ///
    /// - Throws: `.absent` where the line is not open or breaks; the caller then opens it by a `.stop` exchange.
    public func interrupt(_ bytes: [UInt8], command: String) throws(DeviceError) {
        try self.admit(command)
        let channel = self.line.withLock { line in
            line.interruptions += 1
            line.isDirty = true
            return line.channel
        }
        guard let channel else {
            throw self.error(
                .absent,
                command,
                "\(self.address) is not open",
                "Check that the device is on and connected."
            )
        }
        do {
            try channel.writeNow(bytes)
        } catch {
            throw self.error(.absent, command, "\(self.address): \(error)", "Stop the device by hand.")
        }
        self.tap?(LinkTraffic(.sent, bytes))
    }

    /// Closes the line; an exchange in flight fails. The next exchange opens it again.
    public func close() {
        self.line.withLock { line in
            defer { line.channel = nil }
            return line.channel
        }?.close()
    }

    func error(
        _ code: DeviceError.Code,
        _ command: String,
        _ detail: String,
        _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.device, command: command, detail, advice: advice)
    }

    func record(_ direction: LinkTraffic.Direction, _ bytes: [UInt8]) {
        if direction == .dropped { self.line.withLock { $0.droppedBytes += bytes.count } }
        self.tap?(LinkTraffic(direction, bytes))
    }

    var interruptions: Int { self.line.withLock { $0.interruptions } }

    private func takeTurn(
        _ command: String,
        _ priority: LinkPriority,
        within limit: Duration,
        shielded: Bool
    ) async throws(DeviceError) {
        do {
            try await self.turns.take(priority, within: limit, shielded: shielded)
        } catch {
            switch error {
            case .cancelled:
                throw self.error(.cancelled, command, "stopped before anything was sent", "Nothing is to be done.")
            case .timedOut:
                throw self.error(
                    .busy,
                    command,
                    "the link was in use for \(limit)",
                    "Wait for the running command, or stop it."
                )
            case .full:
                throw self.error(.busy, command, "too many commands wait for the link", "Stop what floods the device.")
            }
        }
    }

    /// The open channel with nothing old in it.
    private func trustworthyChannel(
        _ command: String,
        _ cleaning: Cleaning,
        shielded: Bool
    ) async throws(DeviceError) -> ByteChannel {
        await self.rest(shielded: shielded)
        let isToBeCleaned = cleaning == .byLink && self.line.withLock { $0.isDirty }
        if self.hasEnded || (isToBeCleaned && self.recovery == .reopen) { self.close() }
        if isToBeCleaned, try await !self.channel(command).isFresh || !self.transport.reopeningForgets {
            try await self.drain(command, shielded: shielded)
        }
        let channel = try await self.channel(command).channel
        self.sortUnsolicited(channel.takeInbound())
        guard channel.end != nil else { return channel }
        self.close()
        return try await self.channel(command).channel
    }

    private var hasEnded: Bool { self.line.withLock { $0.channel?.end != nil } }

    /// The channel, opened if it was not.
    private func channel(_ command: String) async throws(DeviceError) -> (channel: ByteChannel, isFresh: Bool) {
        if let channel = self.line.withLock({ $0.channel }) { return (channel, false) }
        return (try await self.open(command), true)
    }

    private func rest(shielded: Bool) async {
        guard self.timeouts.pause > .zero, let last = self.line.withLock({ $0.lastExchange }) else { return }
        let deadline = last + self.timeouts.pause
        if shielded, Task.isCancelled {
            await Task { try? await ContinuousClock().sleep(until: deadline) }.value
        } else {
            try? await ContinuousClock().sleep(until: deadline)
        }
    }

    /// Reads and drops until the line is quiet; closes it if it never is.
    private func drain(_ command: String, shielded: Bool) async throws(DeviceError) {
        let channel = try await self.channel(command).channel
        let limit = ContinuousClock.now + self.timeouts.total
        let quiet: Duration
        if case .drain(let wanted?) = self.recovery { quiet = wanted } else { quiet = self.timeouts.firstByte }
        while true {
            do {
                let deadline = ContinuousClock.now + quiet
                self.record(.dropped, try await channel.read(until: min(deadline, limit), shielded: shielded))
            } catch {
                if error == .cancelled {
                    throw self.error(.cancelled, command, "stopped before anything was sent", "Nothing is to be done.")
                }
                if error != .timedOut || ContinuousClock.now >= limit { self.close() }
                self.line.withLock { line in
                    line.isDirty = false
                    line.leftover = []
                }
                return
            }
        }
    }

    private func sortUnsolicited(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        switch self.unsolicited {
        case .drop: self.record(.dropped, bytes)
        case .keep: self.line.withLock { $0.leftover += bytes }
        }
    }

    private func open(_ command: String) async throws(DeviceError) -> ByteChannel {
        do {
            let channel = try await self.transport.open(within: self.timeouts.open)
            self.line.withLock { line in
                line.channel = channel
                if self.transport.reopeningForgets { line.isDirty = false }
                line.openings += 1
                line.leftover = []
            }
            return channel
        } catch {
            throw self.error(error, command)
        }
    }

    private func admit(_ command: String) throws(DeviceError) {
        do {
            try self.transport.admission()()
        } catch {
            throw self.error(error, command)
        }
    }

    private func error(_ error: LinkOpeningError, _ command: String) -> DeviceError {
        let (code, advice): (DeviceError.Code, String) =
            switch error.reason {
            case .absent: (.absent, "Check that the device is on and connected.")
            case .busy: (.busy, "End the other program, or give the agent another device.")
            case .misconfigured: (.misconfigured, "Correct the device's endpoint in the configuration.")
            case .cancelled: (.cancelled, "Nothing is to be done.")
            case .unidentified: (.unsafe, "Nothing was sent. See `edge-agent devices`.")
            }
        return self.error(code, command, error.description, advice)
    }

    private func finish(_ exchange: LinkExchange, dirty: Bool) {
        let rest = exchange.unread
        let isSettled = exchange.isSettled
        self.line.withLock { line in
            line.lastExchange = .now
            if dirty { line.isDirty = true } else if isSettled { line.isDirty = false }
        }
        self.sortUnsolicited(rest)
    }

    /// Whether an answer may still be on its way after this error.
    private static func leavesAnswerOpen(_ code: DeviceError.Code) -> Bool {
        switch code {
        case .refused, .faulted, .mismatch, .misconfigured, .unsafe, .busy: false
        default: true
        }
    }
}
