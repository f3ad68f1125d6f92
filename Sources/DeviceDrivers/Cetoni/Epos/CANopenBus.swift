import DeviceKit
public import Links
import Protocols
import Synchronization

/// The master of a CANopen bus, on a serial adapter (slcan) or a CAN interface of the kernel.
///
/// Each answer names its node and its object. A stop breaks into whatever is in flight: frames stand by themselves. A node
/// that may still answer something old is asked for something else first: it answers in order.
public actor CANopenBus: ObjectBus {
    public enum Framing: Sendable, Hashable {
        /// Text on a serial line.
        case slcan
        /// The kernel's frames. unverified
        case socketCAN
    }

    nonisolated let link: ByteLink
    private let framing: Framing
    private var openingSetUp: Int?
    private var emergencies: [UInt8: EmergencyMessage] = [:]
    /// Nodes that may still answer what nobody waits for, and how often that came about since they were last in step.
    private let unsettled = Mutex<[UInt8: Int]>([:])

    /// 1 Mbit/s, the rate of CETONI's systems.
    private static let rate: UInt8 = 8

    /// What every node has. They take turns, so that the late answer to one is not
    /// taken for the answer to the next.
    private static let markers = [
        EposObject.deviceType, EposObject.errorRegister, EposObject.vendor, EposObject.product, EposObject.revision,
    ]

    /// - Parameter name: for messages.
    public init(
        name: String, over transport: any LinkTransport, framing: Framing, timeouts: LinkTimeouts = .epos,
        quiet: Duration = .milliseconds(20), tap: LinkTap? = nil
    ) {
        self.link = ByteLink(
            device: name, over: transport, timeouts: timeouts, recovery: .drain(quiet: quiet), unsolicited: .keep,
            tap: tap)
        self.framing = framing
    }

    nonisolated var openings: Int { self.link.openings }

    func perform(_ access: ObjectAccess) async throws(DeviceError) -> Int {
        var transfer = SDOTransfer(reading: access.entry.address)
        if access.value != nil { transfer = SDOTransfer(writing: try Self.bytes(access), to: access.entry.address) }
        let bytes = try await self.performed(transfer, access)
        return access.value ?? access.entry.value(ofRaw: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// Reads an object that is text.
    func text(at address: ObjectAddress, _ access: ObjectAccess) async throws(DeviceError) -> String {
        String(decoding: try await self.performed(SDOTransfer(reading: address), access), as: UTF8.self)
    }

    /// A line end goes first, in case half a line stands on the adapter's side.
    nonisolated func interrupt(_ access: ObjectAccess) throws(DeviceError) -> Bool {
        guard self.link.isOpen else { return false }
        let request = SDORequest.download(access.entry.address, try Self.bytes(access))
        let message = self.bytes(of: .sdoRequest(request, node: access.node))
        self.leaveOpen(access.node)
        do throws(DeviceError) {
            try self.link.interrupt(
                (self.framing == .slcan ? SLCANLine.acknowledged.bytes : []) + message, command: access.command)
        } catch {
            throw access.named(error)
        }
        return true
    }

    func emergency(of node: UInt8) -> EmergencyMessage? { self.emergencies[node] }

    private func performed(_ transfer: SDOTransfer, _ access: ObjectAccess) async throws(DeviceError) -> [UInt8] {
        let result: Result<[UInt8], AbortCode>
        do throws(DeviceError) {
            result = try await self.link.exchange(
                access.command, priority: access.priority, silence: access.silence, shielded: true
            ) { exchange throws(DeviceError) in
                try await self.setUp(exchange)
                // A halt has no time for it; its answer says the same, whichever halt it belongs to.
                if !access.isStop {
                    try await self.forgettingUnheard(access, exchange) { () throws(DeviceError) in
                        try await self.settle(access, exchange)
                    }
                }
                guard await access.isWanted() else {
                    exchange.isSettled = true
                    throw access.cancelled
                }
                return try await self.forgettingUnheard(access, exchange) { () throws(DeviceError) in
                    try await self.exchanged(transfer, exchange, access)
                }
            }
        } catch {
            throw access.named(error)
        }
        switch result {
        case .success(let bytes): return bytes
        case .failure(let code): throw access.error(code)
        }
    }

    /// Tells the node to forget what it has not answered.
    private func forgettingUnheard<Value>(
        _ access: ObjectAccess, _ exchange: LinkExchange, _ body: () async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        do throws(DeviceError) {
            return try await body()
        } catch {
            self.leaveOpen(access.node)
            let abort = SDORequest.abort(access.entry.address, .timedOut)
            try? await exchange.write(self.bytes(of: .sdoRequest(abort, node: access.node)))
            throw error
        }
    }

    private nonisolated func leaveOpen(_ node: UInt8) { self.unsettled.withLock { $0[node, default: 0] += 1 } }

    /// Waits for a node's answer to a question of its own, behind which none to an earlier one can come.
    private func settle(_ access: ObjectAccess, _ exchange: LinkExchange) async throws(DeviceError) {
        guard let times = self.unsettled.withLock({ $0[access.node] }) else { return }
        let marker = Self.markers[times % Self.markers.count]
        _ = try await self.exchanged(SDOTransfer(reading: marker.address), exchange, access)
        self.unsettled.withLock { if $0[access.node] == times { $0[access.node] = nil } }
    }

    private func exchanged(
        _ transfer: SDOTransfer, _ exchange: LinkExchange, _ access: ObjectAccess
    ) async throws(DeviceError) -> Result<[UInt8], AbortCode> {
        var transfer = transfer
        try await exchange.write(self.bytes(of: .sdoRequest(transfer.opening, node: access.node)))
        let deadline = ContinuousClock.now + exchange.timeouts.firstByte
        while true {
            guard let frame = try await self.nextFrame(exchange, until: deadline) else { continue }
            switch CANopenMessage(frame) {
            case .sdoResponse(let response, access.node):
                switch transfer.take(response) {
                case .send(let request):
                    try await exchange.write(self.bytes(of: .sdoRequest(request, node: access.node)))
                case .done(let bytes): return .success(bytes)
                case .failed(let code): return .failure(code)
                case .unrelated: continue
                }
            case .emergency(let message, let node): self.emergencies[node] = message
            default: continue
            }
        }
    }

    /// Nil for a line that carries no frame.
    private func nextFrame(
        _ exchange: LinkExchange, until deadline: ContinuousClock.Instant
    ) async throws(DeviceError) -> CANFrame? {
        let left = max(.zero, ContinuousClock.now.duration(to: deadline))
        switch self.framing {
        case .socketCAN:
            let bytes = try await exchange.readFrame(longest: SocketCANFrame.size, within: left) {
                $0.count >= SocketCANFrame.size ? SocketCANFrame.size : nil
            }
            return SocketCANFrame.frame(parsing: bytes[...])
        case .slcan:
            let bytes = try await exchange.readFrame(longest: 128, within: left) { bytes in
                bytes.firstIndex { $0 == 0x0D || $0 == 0x07 }.map { $0 - bytes.startIndex + 1 }
            }
            guard bytes.last == 0x0D, case .frame(let frame) = SLCANLine(parsing: bytes.dropLast()) else { return nil }
            return frame
        }
    }

    /// Brings a serial adapter that was just opened onto the bus. What it answers is sorted out with the frames.
    private func setUp(_ exchange: LinkExchange) async throws(DeviceError) {
        guard self.framing == .slcan, self.openingSetUp != self.link.openings else { return }
        let opening = self.link.openings
        try await exchange.write(SLCANLine.close.bytes + SLCANLine.rate(Self.rate).bytes + SLCANLine.open.bytes)
        self.openingSetUp = opening
    }

    private nonisolated func bytes(of message: CANopenMessage) -> [UInt8] {
        switch self.framing {
        case .slcan: SLCANLine.frame(message.frame).bytes
        case .socketCAN: SocketCANFrame.bytes(of: message.frame)
        }
    }

    /// On a CAN bus an object is written in its exact size.
    private static func bytes(_ access: ObjectAccess) throws(DeviceError) -> [UInt8] {
        guard let raw = access.entry.raw(of: access.value ?? 0) else {
            throw access.error(
                .unsafe, "\(access.value ?? 0) does not fit into \(access.entry.size) bytes",
                advice: "Check syringe and limits.")
        }
        return access.entry.bytes(ofRaw: raw)
    }
}
