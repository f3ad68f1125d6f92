public import DeviceKit
public import Protocols
import Synchronization

/// One Modbus line, with one unit or many: one exchange at a time, by priority; opened when first needed, and made
/// trustworthy again after every failure, so that a late answer is never given to the next request.
///
///     let line = ModbusLink(name: "oven", over: TCPLink(host: "10.0.0.9", port: 502), framing: .tcp)
///     let answer = try await line.ask(.read(.input, address: 0, count: 2), of: 1)
///
/// Stopping is `stop: next` on a serial line: it goes out after the exchange in flight, at most the first-byte time-out
/// later. Over TCP a read that is waited for is given up at once.
public final class ModbusLink: Sendable {
    public let name: String
    public let timeouts: LinkTimeouts
    private let transport: any LinkTransport
    private let framing: ModbusFraming
    private let turns = TurnQueue()
    private let thread: BlockingThread<ModbusLineState>
    private let line: Line

    /// What is known of the line outside its thread.
    private final class Line: Sendable {
        struct Count {
            var droppedBytes = 0
            var openings = 0
            var inFlight: ModbusOrder?
        }
        let count = Mutex(Count())
    }

    /// - Parameters:
    ///   - name: for messages, unless a device is named with the request.
    ///   - timeouts: the total one must leave time after that for the first byte.
    public init(
        name: String, over transport: any LinkTransport, framing: ModbusFraming, timeouts: LinkTimeouts = .modbus
    ) {
        let line = Line()
        self.name = name
        self.timeouts = timeouts
        self.transport = transport
        self.framing = framing
        self.line = line
        self.thread = BlockingThread { bell in
            ModbusLineState(framing: framing, timeouts: timeouts, bell: bell) { count in
                line.count.withLock { $0.droppedBytes += count }
            }
        }
    }

    public var address: String { self.transport.address }
    /// Bytes that came too late, unasked or from the wrong unit, and were given to nobody.
    public var droppedBytes: Int { self.line.count.withLock { $0.droppedBytes } }
    /// How often the line has been opened.
    public var openings: Int { self.line.count.withLock { $0.openings } }

    /// Runs a conversation of several requests when its turn has come; nobody else speaks on the line meanwhile, but a stop
    /// that waits has its reads given up.
    ///
    /// - Parameters:
    ///   - command: what is being done, for messages.
    ///   - device: name for messages; nil takes the line's.
    ///   - waiting: longest wait for the turn; nil means the total time-out.
    ///   - shielded: goes on in a cancelled task: for bringing a device to rest.
    /// - Throws: `.busy` where the turn does not come, and what `body` throws.
    public func converse<Value: Sendable>(
        _ command: String, for device: String? = nil, priority: LinkPriority = .run, waiting: Duration? = nil,
        shielded: Bool = false, isolation: isolated (any Actor)? = #isolation,
        _ body: (ModbusTurn) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        let limit = waiting ?? self.timeouts.total
        do throws(TurnQueue.Refusal) {
            try await self.turns.take(priority, within: limit, shielded: shielded) {
                if priority == .stop { self.giveUpInFlight() }
            }
        } catch {
            let call = ModbusCall(command: command, device: device ?? self.name, address: self.address)
            throw call.error(error, within: limit)
        }
        let order = ModbusOrder(priority)
        self.line.count.withLock { $0.inFlight = order }
        defer {
            self.line.count.withLock { $0.inFlight = nil }
            self.turns.passOn()
        }
        return try await body(ModbusTurn(link: self, device: device ?? self.name, order: order, isShielded: shielded))
    }

    /// A conversation of one request. Returns also an exception; `ask` throws it.
    public func answer(
        to request: ModbusRequest, of unit: UInt8, for device: String? = nil, priority: LinkPriority = .run,
        waiting: Duration? = nil, shielded: Bool = false
    ) async throws(DeviceError) -> ModbusResponse {
        try await self.converse(
            request.description, for: device, priority: priority, waiting: waiting, shielded: shielded
        ) { turn throws(DeviceError) in try await turn.answer(to: request, of: unit) }
    }

    /// A conversation of one request, for those who only want what they asked for.
    public func ask(
        _ request: ModbusRequest, of unit: UInt8, for device: String? = nil, priority: LinkPriority = .run,
        waiting: Duration? = nil, shielded: Bool = false
    ) async throws(DeviceError) -> ModbusResponse {
        try await self.converse(
            request.description, for: device, priority: priority, waiting: waiting, shielded: shielded
        ) { turn throws(DeviceError) in try await turn.ask(request, of: unit) }
    }

    /// Closes the line; an exchange in flight fails. The next request opens it again.
    public func close() {
        self.line.count.withLock { $0.inFlight }?.close()
        self.thread.start { $0.close() }
    }

    private func giveUpInFlight() {
        self.line.count.withLock { $0.inFlight }?.yieldToStop()
        self.thread.ring()
    }

    func exchange(_ question: ModbusLineState.Question, _ call: ModbusCall, _ order: ModbusOrder, shielded: Bool)
        async throws(DeviceError) -> ModbusResponse
    {
        try call.check(question, self.framing)
        let admit = self.transport.admission()
        var outcome = await self.run(order, shielded: shielded) { $0.exchange(question, order, admit: admit) }
        if case .needsOpening = outcome {
            let channel = try await self.open(call, shielded: shielded)
            self.line.count.withLock { $0.openings += 1 }
            outcome = await self.run(order, shielded: shielded) { state in
                state.adopt(channel)
                return state.exchange(question, order, admit: admit)
            }
        }
        switch outcome {
        case .answer(let response): return response
        case .needsOpening: throw call.error(.lost("the line ends as soon as it is open"), wasSent: false)
        case .barred(let error): throw call.error(error)
        case .failed(let fault, let wasSent): throw call.error(fault, wasSent: wasSent)
        }
    }

    private func run(
        _ order: ModbusOrder, shielded: Bool,
        _ body: @escaping @Sendable (inout ModbusLineState) -> ModbusLineState.Outcome
    ) async -> ModbusLineState.Outcome {
        await withTaskCancellationHandler {
            await self.thread.run(body)
        } onCancel: {
            guard !shielded else { return }
            order.giveUp()
            self.thread.ring()
        }
    }

    private func open(_ call: ModbusCall, shielded: Bool) async throws(DeviceError) -> ByteChannel {
        let (transport, limit) = (self.transport, self.timeouts.open)
        do throws(LinkOpeningError) {
            guard shielded else { return try await transport.open(within: limit) }
            // A task of its own, since opening ends where its task is cancelled.
            return try await Task { () async -> Result<ByteChannel, LinkOpeningError> in
                do throws(LinkOpeningError) {
                    return .success(try await transport.open(within: limit))
                } catch {
                    return .failure(error)
                }
            }.value.get()
        } catch {
            throw call.error(error)
        }
    }
}

extension LinkTimeouts {
    /// For Modbus lines: a stop behind an exchange with a silent unit is out within half a second.
    public static let modbus = LinkTimeouts(
        open: .seconds(3), write: .seconds(1), firstByte: .milliseconds(400), betweenBytes: .milliseconds(50),
        total: .seconds(5))
}
