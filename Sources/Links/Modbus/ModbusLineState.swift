import Protocols
import Synchronization

/// The rules of one Modbus line, on its thread: what has to be true before a request leaves, which answer is taken, and
/// what a failed exchange leaves behind.
struct ModbusLineState {
    /// One request with its unit.
    struct Question: Sendable {
        var request: ModbusRequest
        var unit: UInt8
    }

    enum Outcome: Sendable {
        case answer(ModbusResponse)
        /// The line is closed, or has to be closed and opened again; nothing was sent.
        case needsOpening
        /// Nobody may speak on the line now; nothing was sent.
        case barred(LinkOpeningError)
        case failed(ModbusLineFault, wasSent: Bool)
    }

    private let framing: ModbusFraming
    private let timeouts: LinkTimeouts
    private let bell: Bell
    private let addDropped: @Sendable (Int) -> Void
    private var port: ModbusPort?
    private var lastActivity = ContinuousClock.now
    /// RTU knows no transactions: a unit that did not answer may do so until this moment, and is asked nothing before.
    private var owed: [UInt8: ContinuousClock.Instant] = [:]
    /// RTU: something unreadable came; the next frame begins after a rest.
    private var isNoisy = false

    init(
        framing: ModbusFraming, timeouts: LinkTimeouts, bell: Bell, addDropped: @escaping @Sendable (Int) -> Void
    ) {
        self.framing = framing
        self.timeouts = timeouts
        self.bell = bell
        self.addDropped = addDropped
    }

    /// Uses a line that has just been opened.
    mutating func adopt(_ channel: ByteChannel) {
        self.port = ModbusPort(borrowing: channel, framing: self.framing)
        self.isNoisy = self.framing != .tcp
    }

    mutating func close() { self.port = nil }

    /// - Parameter admit: throws while nobody may speak on the line.
    mutating func exchange(
        _ question: Question, _ order: ModbusOrder, admit: () throws(LinkOpeningError) -> Void
    ) -> Outcome {
        switch order.state {
        case .valid: break
        case .unwanted: if question.request.isRead { return .failed(.abandoned, wasSent: false) }
        case .closed: return .failed(.closed, wasSent: false)
        }
        guard let port = self.port, port.isOpen else {
            self.port = nil
            return .needsOpening
        }
        do throws(ModbusLineFault) {
            try self.settle(question.unit, order, port)
        } catch {
            if case .lost = error {
                self.port = nil
                return .needsOpening
            }
            return .failed(error, wasSent: false)
        }
        do throws(LinkOpeningError) {
            try admit()
        } catch {
            return .barred(error)
        }
        let transaction: UInt16
        do throws(ModbusLineFault) {
            transaction = try port.send(question.request.pdu, to: question.unit)
            self.lastActivity = .now
        } catch {
            // A request that did not leave whole is none.
            self.port = nil
            return .needsOpening
        }
        do throws(ModbusLineFault) {
            return .answer(try self.answer(to: question, transaction, order, port))
        } catch {
            self.lookAfter(error, question.unit)
            return .failed(error, wasSent: true)
        }
    }

    // MARK: Before a request

    /// Sees that nothing on the line can be taken for the answer to what comes now.
    private mutating func settle(_ unit: UInt8, _ order: ModbusOrder, _ port: ModbusPort) throws(ModbusLineFault) {
        if self.isNoisy { try self.dropUntilQuiet(order, port) }
        if let until = self.owed[unit] {
            try self.drop(until: until, order, port)
            self.owed[unit] = nil
        }
        let rest = max(self.timeouts.pause, self.framing.silentInterval)
        if rest > .zero { try self.drop(until: self.lastActivity + rest, order, port) }
        try self.note(dropped: port.dropInbound())
    }

    private mutating func dropUntilQuiet(_ order: ModbusOrder, _ port: ModbusPort) throws(ModbusLineFault) {
        let limit = ContinuousClock.now + self.timeouts.total
        var quiet = ContinuousClock.now + self.timeouts.betweenBytes
        while ContinuousClock.now < quiet {
            guard ContinuousClock.now < limit else { throw .lost("the line is never quiet") }
            if try self.isReadable(until: quiet, order, port) {
                try self.note(dropped: port.dropInbound())
                quiet = .now + self.timeouts.betweenBytes
            }
        }
        self.isNoisy = false
    }

    private mutating func drop(
        until deadline: ContinuousClock.Instant, _ order: ModbusOrder, _ port: ModbusPort
    ) throws(ModbusLineFault) {
        while ContinuousClock.now < deadline {
            if try self.isReadable(until: deadline, order, port) { try self.note(dropped: port.dropInbound()) }
        }
    }

    private mutating func note(dropped count: Int) {
        guard count > 0 else { return }
        self.lastActivity = .now
        self.addDropped(count)
    }

    // MARK: The answer

    private mutating func answer(
        to question: Question, _ transaction: UInt16, _ order: ModbusOrder, _ port: ModbusPort
    ) throws(ModbusLineFault) -> ModbusResponse {
        let pdu = question.request.pdu
        let limit = self.timeouts.firstByte
        let deadline = ContinuousClock.now + limit + self.framing.transmission(of: pdu.count + 3)
        if question.unit == 0, self.framing != .tcp {
            // To all units; none may answer, and all need time to do it.
            try self.drop(until: deadline, order, port)
            return .done
        }
        // libmodbus limits each pause; together with the first byte none may make the exchange longer than the total.
        let length = ModbusResponse.length(of: question.request) + 4
        let gap = min(self.timeouts.betweenBytes, (self.timeouts.total - limit) / length)
        var strangers: String?
        while try self.isReadable(until: deadline, order, port, mayGiveUp: question.request.isRead) {
            let arrival = port.receive(gap: max(gap, .milliseconds(1)))
            self.lastActivity = .now
            switch arrival {
            case .fault(let fault): throw fault
            case .stranger(let unit, let length):
                strangers = "one from unit \(unit)"
                self.addDropped(length)
            case .message(let message):
                guard message.transaction == transaction else {
                    strangers = "one to transaction \(message.transaction) instead of \(transaction)"
                    self.addDropped(message.pdu.count + ModbusTCPFrame.headerLength)
                    continue
                }
                guard message.unit == question.unit else { throw .wrongUnit(message.unit) }
                do throws(ModbusMisfit) {
                    return try ModbusResponse(parsing: message.pdu, to: question.request)
                } catch {
                    throw .misfit(error)
                }
            }
        }
        throw strangers.map { .strangers($0) } ?? .silence(limit)
    }

    /// Whether something can be read before the deadline.
    private func isReadable(
        until deadline: ContinuousClock.Instant, _ order: ModbusOrder, _ port: ModbusPort, mayGiveUp: Bool = true
    ) throws(ModbusLineFault) -> Bool {
        while true {
            switch order.state {
            case .valid: break
            case .closed: throw .closed
            // On a serial line an answer may be on its way and would meet the next request.
            case .unwanted: if mayGiveUp, self.framing == .tcp { throw .abandoned }
            }
            switch port.wait(until: deadline, bell: self.bell) {
            case .readable: return true
            case .timedOut: return false
            case .rung: continue
            }
        }
    }

    // MARK: After a failed exchange

    private mutating func lookAfter(_ fault: ModbusLineFault, _ unit: UInt8) {
        switch (fault, self.framing) {
        case (.lost, _), (.closed, _):
            self.port = nil
        case (.wrongUnit, .tcp), (.misfit, .tcp), (.strangers, .tcp), (.abandoned, .tcp):
            break  // The frame was whole, and a later answer has another transaction.
        case (_, .tcp):
            self.port = nil
        case (.silence, .rtu):
            self.owed[unit] = .now + self.timeouts.firstByte
        case (_, .rtu):
            self.isNoisy = true
            self.owed[unit] = .now + self.timeouts.firstByte
        }
    }
}
