import DeviceKit
public import Links
public import Protocols
import Synchronization

/// A maxon serial line: the drive at its end, and behind it those that it reaches over its CAN bus.
///
/// The line is half duplex and its answers do not say what they answer, so a stop waits for the exchange in flight
/// (`stop: next`), and a line that went out of step is drained for longer than a drive keeps half a message. A stop does
/// not wait for that: it goes out at once with all that wait behind it, unheard of whether they were understood, and again
/// when the line is quiet.
public final class EposSerialBus: ObjectBus {
    let link: ByteLink
    private let dialect: EposDialect
    private let quiet: Duration
    private let halts = Mutex(EposHalts())
    private let pace = Mutex(Pace())

    private struct Pace {
        /// How often the line went out of step since it was last known to be in step.
        var missteps = 0
        var markersAsked = 0
    }

    /// What every maxon drive says of itself. They take turns, so that the late answer to one is not taken for the answer to
    /// the next.
    private static let markers = [
        (EposObject.vendor, EposObject.maxon), (EposObject.deviceType, EposObject.servoDrive),
    ]

    /// - Parameters:
    ///   - name: for messages.
    ///   - quiet: for how long nothing may come before a line that went out of step is trusted again; a drive forgets half
    ///     a message after 500 ms.
    public init(
        name: String, over transport: any LinkTransport, dialect: EposDialect, timeouts: LinkTimeouts = .epos,
        quiet: Duration = .milliseconds(600), tap: LinkTap? = nil
    ) {
        self.link = ByteLink(
            device: name, over: transport, timeouts: timeouts, recovery: .drain(quiet: quiet), tap: tap)
        self.dialect = dialect
        self.quiet = quiet
    }

    var openings: Int { self.link.openings }

    func perform(_ access: ObjectAccess) async throws(DeviceError) -> Int {
        let request = try self.request(access)
        let ticket = access.isStop ? self.halts.withLock { $0.add(self.unheard(request)) } : nil
        defer { if let ticket { self.halts.withLock { $0.remove(ticket) } } }
        let response: EposResponse
        do throws(DeviceError) {
            response = try await self.link.exchange(
                access.command, priority: access.priority, silence: access.silence, shielded: true,
                cleaning: access.isStop ? .byExchange : .byLink
            ) { exchange throws(DeviceError) in
                if !access.isStop { try await self.settle(exchange, access) }
                guard await access.isWanted() else {
                    exchange.isSettled = true
                    throw access.cancelled
                }
                if access.isStop, exchange.startsDirty {
                    let (owed, halts) = self.halts.withLock { ($0.takeOwed(), $0.all) }
                    if !owed.isEmpty { try await exchange.write(owed) }
                    for halt in halts { try await exchange.write(halt) }
                    try await exchange.rest(self.quiet)
                }
                let response = try await self.exchanged(request, exchange, access)
                exchange.isSettled = true
                return response
            }
        } catch {
            if self.link.isDirty { self.pace.withLock { $0.missteps += 1 } }
            throw access.named(error)
        }
        guard response.error == .none else { throw access.error(response.error) }
        return access.value ?? access.entry.value(ofRaw: response.value ?? 0)
    }

    /// Only while others wait for the line to become quiet.
    func interrupt(_ access: ObjectAccess) throws(DeviceError) -> Bool {
        guard self.link.isDirty, self.link.isOpen else { return false }
        let halt = self.unheard(try self.request(access))
        self.pace.withLock { $0.missteps += 1 }
        do throws(DeviceError) {
            try self.link.interrupt(self.halts.withLock { $0.takeOwed() } + halt, command: access.command)
        } catch {
            throw access.named(error)
        }
        return true
    }

    func emergency(of node: UInt8) async -> EmergencyMessage? { nil }

    private func request(_ access: ObjectAccess) throws(DeviceError) -> EposRequest {
        guard let value = access.value else { return .read(access.entry.address, node: access.node) }
        guard let raw = access.entry.raw(of: value) else {
            throw access.error(
                .unsafe, "\(value) does not fit into \(access.entry.size) bytes", advice: "Check syringe and limits.")
        }
        // The value is always sent in four bytes; a drive takes those that its object has.
        return .write(access.entry.address, raw, node: access.node)
    }

    /// All that a host says for a request, whatever the drive says.
    private func bytes(of request: EposRequest) -> [UInt8] {
        switch self.dialect {
        case .v1:
            let message = EposV1Message(code: request.code(.v1), payload: request.payload(.v1))
            return [message.code] + message.rest
        case .v2, .v2OfEpos2:
            return EposV2Frame(code: request.code(self.dialect), payload: request.payload(self.dialect)).bytes
        }
    }

    /// The same for a request whose answer is not listened to. unverified: that a V1 drive takes what it is going to be told in
    /// advance, that its answer may be sent and that it came.
    private func unheard(_ request: EposRequest) -> [UInt8] {
        self.bytes(of: request) + (self.dialect == .v1 ? [EposV1Message.okay, EposV1Message.okay] : [])
    }

    private func exchanged(
        _ request: EposRequest, _ exchange: LinkExchange, _ access: ObjectAccess
    ) async throws(DeviceError) -> EposResponse {
        let payload =
            switch self.dialect {
            case .v1: try await self.exchangedV1(request, exchange, access)
            case .v2, .v2OfEpos2: try await self.exchangedV2(request, exchange, access)
            }
        guard let response = EposResponse(payload: payload) else {
            throw self.garbled(access, "an answer of \(payload.count) bytes came")
        }
        guard response.error != .none || (response.value == nil) == (access.value != nil) else {
            throw self.garbled(access, "an answer to something else came")
        }
        return response
    }

    /// Waits for the drive's answer to a question of its own, behind which none to an earlier one can come: the drive answers in
    /// order. A V1 drive says nothing before it is asked to, so it needs none.
    ///
    /// A drive that answers otherwise than is known of it is waited for once more, and then taken as it is.
    private func settle(_ exchange: LinkExchange, _ access: ObjectAccess) async throws(DeviceError) {
        guard self.dialect != .v1, case let count = self.pace.withLock({ $0.missteps }), count > 0 else { return }
        let (entry, known) = self.pace.withLock { pace in
            pace.markersAsked += 1
            return Self.markers[pace.markersAsked % Self.markers.count]
        }
        // Node 0 is the drive on the line, whoever is silent behind it.
        try await exchange.write(self.bytes(of: .read(entry.address, node: 0)))
        var hasAnswered = false
        do throws(DeviceError) {
            while true {
                let response = EposResponse(payload: try await self.nextV2(exchange, access).payload)
                hasAnswered = true
                if response?.value.map(entry.value(ofRaw:)) == known { break }
            }
        } catch {
            guard hasAnswered, error.code == .timedOut || error.code == .unknownOutcome else { throw error }
        }
        self.pace.withLock { if $0.missteps == count { $0.missteps = 0 } }
    }

    private func exchangedV2(
        _ request: EposRequest, _ exchange: LinkExchange, _ access: ObjectAccess
    ) async throws(DeviceError) -> [UInt8] {
        try await exchange.write(self.bytes(of: request))
        return try await self.nextV2(exchange, access).payload
    }

    private func nextV2(_ exchange: LinkExchange, _ access: ObjectAccess) async throws(DeviceError) -> EposV2Frame {
        let bytes = try await exchange.readFrame(longest: 1024) { bytes in
            var decoder = EposV2Decoder()
            return bytes.firstIndex { decoder.take($0) != nil }.map { $0 - bytes.startIndex + 1 }
        }
        var decoder = EposV2Decoder()
        guard case .frame(let answer)? = bytes.compactMap({ decoder.take($0) }).first, answer.code == EposResponse.code
        else { throw self.garbled(access, "what came back is no answer: \(LinkExchange.printable(bytes))") }
        return answer
    }

    private func exchangedV1(
        _ request: EposRequest, _ exchange: LinkExchange, _ access: ObjectAccess
    ) async throws(DeviceError) -> [UInt8] {
        let message = EposV1Message(code: request.code(.v1), payload: request.payload(.v1))
        // For the whole dialogue, so that a stop behind it is not kept waiting step by step.
        let deadline = ContinuousClock.now + exchange.timeouts.firstByte
        self.halts.withLock { $0.owed = 0 }
        try await exchange.write([message.code])
        try await self.expect(EposV1Message.okay, for: "the request", exchange, access, until: deadline)
        try await exchange.write(message.rest)
        self.halts.withLock { $0.owed = 2 }
        try await self.expect(EposV1Message.okay, for: "the message", exchange, access, until: deadline)
        try await self.expect(EposResponse.code, for: "an answer's code", exchange, access, until: deadline)
        try await exchange.write([EposV1Message.okay])
        self.halts.withLock { $0.owed = 1 }
        let rest = try await exchange.readFrame(longest: 600, within: Self.left(until: deadline)) { bytes in
            bytes.first.map { EposV1Message.length(first: $0) }
        }
        self.halts.withLock { $0.owed = 0 }
        guard let answer = EposV1Message(code: EposResponse.code, rest: rest) else {
            try await exchange.write([EposV1Message.failed])
            throw self.garbled(access, "an answer with a wrong checksum came: \(LinkExchange.printable(rest))")
        }
        try await exchange.write([EposV1Message.okay])
        return answer.payload
    }

    private func expect(
        _ byte: UInt8, for what: String, _ exchange: LinkExchange, _ access: ObjectAccess,
        until deadline: ContinuousClock.Instant
    ) async throws(DeviceError) {
        let came = try await exchange.read(count: 1, within: Self.left(until: deadline))
        guard came == [byte] else {
            throw self.garbled(access, "the drive answered \(LinkExchange.printable(came)) for \(what)")
        }
    }

    private static func left(until deadline: ContinuousClock.Instant) -> Duration {
        max(.zero, ContinuousClock.now.duration(to: deadline))
    }

    private func garbled(_ access: ObjectAccess, _ detail: String) -> DeviceError {
        access.error(
            access.silence == .unknownOutcome ? .unknownOutcome : .garbled, detail,
            advice: "Check the line's settings and cable, and which protocol the drive speaks.")
    }
}

extension LinkTimeouts {
    /// A stop behind an exchange with a silent drive is on the wire within half a second.
    public static let epos = LinkTimeouts(
        open: .seconds(3), write: .milliseconds(500), firstByte: .milliseconds(400), betweenBytes: .milliseconds(100),
        total: .seconds(5))
}
