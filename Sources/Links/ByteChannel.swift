import Glibc
import Synchronization

/// An open descriptor with bytes going both ways: a serial line, a socket, or the instrument's side of a
/// pseudo-terminal. It has one reader and one writer at a time; waiting never blocks a thread of the task pool.
public final class ByteChannel: Sendable {
    private struct Waiter<Value: Sendable> {
        let ticket: Int
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Result<Value, ChannelError>, Never>
    }

    private struct State {
        var descriptor: Int32
        var inbound: [UInt8] = []
        var outbound: ArraySlice<UInt8> = []
        var isConnecting: Bool
        var isLent = false
        var end: ChannelError?
        var reader: Waiter<[UInt8]>?
        var writer: Waiter<Void>?
        var nextTicket = 0
        var whenEnded: (@Sendable () -> Void)?
    }

    /// Bytes that wait here at most; beyond, the kernel's buffer fills and the other side has to wait.
    private static let inboundLimit = 1 << 20

    private let state: Mutex<State>
    private let beforeClosing: @Sendable (Int32) -> Void

    /// Takes over a non-blocking descriptor and closes it in the end.
    init(
        takingOver descriptor: Int32,
        isConnecting: Bool = false,
        beforeClosing: @escaping @Sendable (Int32) -> Void = { _ in }
    ) {
        self.state = Mutex(State(descriptor: descriptor, isConnecting: isConnecting))
        self.beforeClosing = beforeClosing
        ReadinessThread.shared.add(self)
    }

    deinit {
        let descriptor = self.state.withLock { $0.descriptor }
        guard descriptor >= 0 else { return }
        self.beforeClosing(descriptor)
        _ = Glibc.close(descriptor)
    }

    /// Why no more bytes will come, once that is so.
    public var end: ChannelError? { self.state.withLock { $0.inbound.isEmpty ? $0.end : nil } }

    /// Has `body` called once when the channel ends, at once if it has; whoever ends it. It must return quickly.
    func whenEnded(_ body: @escaping @Sendable () -> Void) {
        let hasEnded = self.state.withLock { state in
            if state.end == nil { state.whenEnded = body }
            return state.end != nil
        }
        if hasEnded { body() }
    }

    /// The bytes that have arrived, at least one; waits for them until `deadline` (wall time, nil = for ever).
    ///
    /// A `shielded` read goes on although the task is cancelled: for bringing a device to rest.
    public func read(
        until deadline: ContinuousClock.Instant? = nil,
        shielded: Bool = false
    ) async throws(ChannelError) -> [UInt8] {
        let ticket = self.takeTicket()
        let result: Result<[UInt8], ChannelError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(ticket: ticket, deadline: deadline, continuation: continuation)
                self.startReading(waiter, shielded: shielded)
            }
        } onCancel: {
            if !shielded { self.cancel(ticket) }
        }
        return try result.get()
    }

    /// Hands all bytes to the kernel; waits until `deadline` where its buffer is full. After an error, what was left is
    /// dropped.
    public func write(
        _ bytes: [UInt8],
        until deadline: ContinuousClock.Instant? = nil,
        shielded: Bool = false
    ) async throws(ChannelError) {
        let ticket = self.takeTicket()
        let result: Result<Void, ChannelError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(ticket: ticket, deadline: deadline, continuation: continuation)
                self.startWriting(bytes, waiter, shielded: shielded)
            }
        } onCancel: {
            if !shielded { self.cancel(ticket) }
        }
        try result.get()
    }

    /// Writes at once, before and instead of whatever still waits to be written; returns without waiting. What the
    /// kernel's buffer does not take now follows as soon as it does.
    public func writeNow(_ bytes: [UInt8]) throws(ChannelError) {
        let (overtaken, end) = self.state.withLock { state -> (Waiter<Void>?, ChannelError?) in
            if let end = state.end { return (nil, end) }
            let overtaken = state.writer.take()
            state.outbound = bytes[...]
            Self.flush(&state)
            return (overtaken, state.end)
        }
        self.closeIfEnded()
        overtaken?.continuation.resume(returning: .failure(.overtaken))
        ReadinessThread.shared.ring()
        if let end { throw end }
    }

    /// The bytes that have arrived and nobody has read yet, without waiting.
    public func takeInbound() -> [UInt8] {
        defer { self.closeIfEnded() }
        return self.state.withLock { state in
            let descriptor = state.descriptor
            if descriptor >= 0, state.end == nil { Self.fill(&state) }
            defer { state.inbound = [] }
            return state.inbound
        }
    }

    /// Closes the descriptor. Whoever waits gets `.ended`.
    public func close() {
        self.finish(.ended("closed here"))
    }

    /// A second descriptor of the line for somebody who waits in the kernel himself and closes it in the end. From then on
    /// the channel reads nothing; it still notices a hang-up, and closing it gives the line free. Nil if it has ended.
    func lend() -> Int32? {
        let copy = self.state.withLock { state -> Int32 in
            guard state.descriptor >= 0, state.end == nil else { return -1 }
            state.isLent = true
            return fcntl(state.descriptor, F_DUPFD_CLOEXEC, 0)
        }
        ReadinessThread.shared.ring()
        return copy >= 0 ? copy : nil
    }

    /// Closes a TCP connection by a reset, which the other side sees as an error; any other line is just closed.
    public func reset() {
        self.state.withLock { state in
            guard state.descriptor >= 0 else { return }
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(state.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        }
        self.finish(.ended("reset here"))
    }

    private func takeTicket() -> Int {
        self.state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
    }

    private func startReading(_ waiter: Waiter<[UInt8]>, shielded: Bool) {
        let result = self.state.withLock { state -> Result<[UInt8], ChannelError>? in
            if !shielded, Task.isCancelled { return .failure(.cancelled) }
            if !state.inbound.isEmpty {
                defer { state.inbound = [] }
                return .success(state.inbound)
            }
            if let end = state.end { return .failure(end) }
            guard state.reader == nil else { return .failure(.occupied) }
            state.reader = waiter
            return nil
        }
        if let result { waiter.continuation.resume(returning: result) }
        ReadinessThread.shared.ring()
    }

    private func startWriting(_ bytes: [UInt8], _ waiter: Waiter<Void>, shielded: Bool) {
        let result = self.state.withLock { state -> Result<Void, ChannelError>? in
            if !shielded, Task.isCancelled { return .failure(.cancelled) }
            if let end = state.end { return .failure(end) }
            guard state.writer == nil else { return .failure(.occupied) }
            state.outbound += bytes
            Self.flush(&state)
            if let end = state.end { return .failure(end) }
            if state.outbound.isEmpty, !state.isConnecting { return .success(()) }
            state.writer = waiter
            return nil
        }
        self.closeIfEnded()
        if let result { waiter.continuation.resume(returning: result) } else { ReadinessThread.shared.ring() }
    }

    private func cancel(_ ticket: Int) {
        let (reader, writer) = self.state.withLock { state -> (Waiter<[UInt8]>?, Waiter<Void>?) in
            if state.reader?.ticket == ticket { return (state.reader.take(), nil) }
            if state.writer?.ticket == ticket {
                state.outbound = []
                return (nil, state.writer.take())
            }
            return (nil, nil)
        }
        reader?.continuation.resume(returning: .failure(.cancelled))
        writer?.continuation.resume(returning: .failure(.cancelled))
    }

    /// A dead descriptor is not kept: as long as it is open, an instrument that is plugged in again gets another name.
    private func closeIfEnded() {
        let end = self.state.withLock { state in state.descriptor >= 0 ? state.end : nil }
        if let end { self.finish(end) }
    }

    private func finish(_ reason: ChannelError) {
        let (reader, writer, whenEnded) = self.state.withLock { state in
            state.end = state.end ?? reason
            if state.descriptor >= 0 {
                self.beforeClosing(state.descriptor)
                _ = Glibc.close(state.descriptor)
                state.descriptor = -1
            }
            return (state.reader.take(), state.writer.take(), state.whenEnded.take())
        }
        reader?.continuation.resume(returning: .failure(reason))
        writer?.continuation.resume(returning: .failure(reason))
        ReadinessThread.shared.remove(self)
        whenEnded?()
    }

    /// Reads what the kernel has, up to the limit; notes the end where there is one.
    private static func fill(_ state: inout State) {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while state.inbound.count < Self.inboundLimit {
            let count = Glibc.read(state.descriptor, &chunk, chunk.count)
            if count > 0 {
                state.inbound += chunk[..<count]
                if count < chunk.count { return }
            } else if count == 0 {
                state.end = .ended("the other side closed the line")
                return
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return
            } else if errno != EINTR {
                // A serial line whose instrument was unplugged answers EIO.
                state.end = .ended("the line was lost: \(SystemError.last)")
                return
            }
        }
    }

    private static func flush(_ state: inout State) {
        while !state.outbound.isEmpty, !state.isConnecting {
            let count = state.outbound.withUnsafeBytes { bytes in
                Glibc.write(state.descriptor, bytes.baseAddress, bytes.count)
            }
            if count > 0 {
                state.outbound = state.outbound.dropFirst(count)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return
            } else if errno != EINTR {
                state.end = .ended("the line was lost: \(SystemError.last)")
                return
            }
        }
    }

    private static func finishConnecting(_ state: inout State) {
        guard state.isConnecting else { return }
        state.isConnecting = false
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(state.descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        if failure != 0 { state.end = .ended("\(SystemError(failure))") }
    }
}

extension ByteChannel: Polled {
    func interest() -> PollInterest? {
        self.state.withLock { state in
            guard state.descriptor >= 0, state.end == nil else { return nil }
            var events: Int16 = 0
            let hasRoom = state.inbound.count < Self.inboundLimit
            if hasRoom, !state.isConnecting, !state.isLent { events |= Int16(POLLIN) }
            if !state.outbound.isEmpty || state.isConnecting { events |= Int16(POLLOUT) }
            let deadlines = [state.reader?.deadline, state.writer?.deadline].compactMap { $0 }
            return PollInterest(descriptor: state.descriptor, events: events, deadline: deadlines.min())
        }
    }

    func becameReady(_ events: Int16) {
        let (read, written) = self.state.withLock { state -> ((() -> Void)?, (() -> Void)?) in
            guard state.descriptor >= 0, state.end == nil else { return (nil, nil) }
            // Asked about before the line was lent.
            let events = state.isLent ? events & Int16(POLLERR | POLLHUP) : events
            if events & Int16(POLLOUT | POLLERR | POLLHUP) != 0 {
                Self.finishConnecting(&state)
                if state.end == nil { Self.flush(&state) }
            }
            if events & Int16(POLLIN | POLLERR | POLLHUP) != 0, state.end == nil { Self.fill(&state) }
            return (Self.readerToResume(&state), Self.writerToResume(&state))
        }
        read?()
        written?()
        self.closeIfEnded()
    }

    func expire(at now: ContinuousClock.Instant) {
        let (reader, writer) = self.state.withLock { state -> (Waiter<[UInt8]>?, Waiter<Void>?) in
            let reader = (state.reader?.deadline).map { $0 <= now } == true ? state.reader.take() : nil
            let writer = (state.writer?.deadline).map { $0 <= now } == true ? state.writer.take() : nil
            if writer != nil { state.outbound = [] }
            return (reader, writer)
        }
        reader?.continuation.resume(returning: .failure(.timedOut))
        writer?.continuation.resume(returning: .failure(.timedOut))
    }

    private static func readerToResume(_ state: inout State) -> (() -> Void)? {
        guard state.reader != nil, !state.inbound.isEmpty || state.end != nil else { return nil }
        let result: Result<[UInt8], ChannelError> =
            state.inbound.isEmpty ? .failure(state.end ?? .ended("closed")) : .success(state.inbound)
        state.inbound = []
        let reader = state.reader.take()
        return { reader?.continuation.resume(returning: result) }
    }

    private static func writerToResume(_ state: inout State) -> (() -> Void)? {
        guard state.writer != nil, state.outbound.isEmpty || state.end != nil, !state.isConnecting else { return nil }
        let result: Result<Void, ChannelError> = state.end.map { .failure($0) } ?? .success(())
        let writer = state.writer.take()
        return { writer?.continuation.resume(returning: result) }
    }
}
