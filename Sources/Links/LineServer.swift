import Glibc
import Synchronization

/// The instrument's side of TCP: a listening socket whose connections come out one by one.
public final class LineServer: Sendable {
    private struct State {
        var descriptor: Int32
        var waiting: [ByteChannel] = []
        var acceptor: CheckedContinuation<ByteChannel?, Never>?
    }

    /// Connections that nobody has accepted yet; further ones are turned away.
    private static let waitingLimit = 16

    public let host: String
    public let port: UInt16
    private let state: Mutex<State>

    public var endpoint: LinkEndpoint { .tcp(host: self.host, port: self.port) }

    /// Listens on a numeric address; port 0 takes a free one.
    public init(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) {
        guard let address = SocketAddress(numeric: host, port: port) else {
            throw LinkOpeningError(.misconfigured, "\(host) is no numeric address")
        }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw LinkOpeningError(.absent, "no socket to be had: \(SystemError.last)") }
        SocketAddress.setOption(Int(SOL_SOCKET), SO_REUSEADDR, of: descriptor)
        guard address.use({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 16) == 0,
            let bound = SocketAddress.boundPort(of: descriptor)
        else {
            let error = SystemError.last
            _ = Glibc.close(descriptor)
            throw LinkOpeningError(error.number == EADDRINUSE ? .busy : .absent, "tcp://\(host):\(port): \(error)")
        }
        self.host = host
        self.port = bound
        self.state = Mutex(State(descriptor: descriptor))
        ReadinessThread.shared.add(self)
    }

    deinit {
        let descriptor = self.state.withLock { $0.descriptor }
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    /// The next connection; nil once the server is closed or the waiting task cancelled.
    public func accept() async -> ByteChannel? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = self.state.withLock { state -> ByteChannel?? in
                    if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
                    if state.descriptor < 0 || state.acceptor != nil || Task.isCancelled { return .some(nil) }
                    state.acceptor = continuation
                    return .none
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            self.state.withLock { $0.acceptor.take() }?.resume(returning: nil)
        }
    }

    /// Stops listening. Connections that were accepted stay open.
    public func close() {
        let (acceptor, waiting) = self.state.withLock { state in
            if state.descriptor >= 0 { _ = Glibc.close(state.descriptor) }
            state.descriptor = -1
            defer { state.waiting = [] }
            return (state.acceptor.take(), state.waiting)
        }
        for channel in waiting { channel.close() }
        acceptor?.resume(returning: nil)
        ReadinessThread.shared.remove(self)
    }
}

extension LineServer: Polled {
    func interest() -> PollInterest? {
        self.state.withLock { state in
            state.descriptor < 0
                ? nil : PollInterest(descriptor: state.descriptor, events: Int16(POLLIN), deadline: nil)
        }
    }

    func becameReady(_ events: Int16) {
        let handover = self.state.withLock { state -> (CheckedContinuation<ByteChannel?, Never>, ByteChannel)? in
            guard state.descriptor >= 0 else { return nil }
            let descriptor = Glibc.accept(state.descriptor, nil, nil)
            guard descriptor >= 0 else { return nil }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            SocketAddress.setOption(IPPROTO_TCP, TCP_NODELAY, of: descriptor)
            let channel = ByteChannel(takingOver: descriptor)
            if let acceptor = state.acceptor.take() { return (acceptor, channel) }
            if state.waiting.count < Self.waitingLimit { state.waiting.append(channel) } else { channel.close() }
            return nil
        }
        if let (acceptor, channel) = handover { acceptor.resume(returning: channel) }
    }

    func expire(at now: ContinuousClock.Instant) {}
}
