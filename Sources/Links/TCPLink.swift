import Glibc
import Synchronization

/// A TCP connection to an instrument or a serial server.
public struct TCPLink: LinkTransport, Hashable {
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    public var address: String { LinkEndpoint.tcp(host: self.host, port: self.port).description }
    public var recovery: LinkRecovery { .reopen }
    public var reopeningForgets: Bool { true }

    public func open(within limit: Duration) async throws(LinkOpeningError) -> ByteChannel {
        let deadline = ContinuousClock.now + limit
        var failure = LinkOpeningError(.absent, "\(self.address): the host has no address")
        for address in try await self.addresses(until: deadline) {
            do {
                return try await self.connect(to: address, until: deadline)
            } catch {
                failure = error
                if error.reason == .cancelled { break }
            }
        }
        throw failure
    }

    private func connect(
        to address: SocketAddress,
        until deadline: ContinuousClock.Instant
    ) async throws(LinkOpeningError) -> ByteChannel {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw LinkOpeningError(.absent, "\(self.address): \(SystemError.last)") }
        SocketAddress.setOption(IPPROTO_TCP, TCP_NODELAY, of: descriptor)
        SocketAddress.setOption(Int(SOL_SOCKET), SO_KEEPALIVE, of: descriptor)
        guard address.use({ Glibc.connect(descriptor, $0, $1) }) == 0 || errno == EINPROGRESS else {
            let error = SystemError.last
            _ = Glibc.close(descriptor)
            throw LinkOpeningError(.absent, "\(self.address): \(error)")
        }
        let channel = ByteChannel(takingOver: descriptor, isConnecting: true)
        do {
            try await channel.write([], until: deadline)
            return channel
        } catch {
            channel.close()
            switch error {
            case .timedOut: throw LinkOpeningError(.absent, "\(self.address): no connection in time")
            case .cancelled: throw LinkOpeningError(.cancelled, "\(self.address): stopped while connecting")
            case .ended(let reason): throw LinkOpeningError(.absent, "\(self.address): \(reason)")
            case .overtaken, .occupied: throw LinkOpeningError(.absent, "\(self.address): the connection was disturbed")
            }
        }
    }

    /// A name server may be slow: the question is put on a thread of its own and left there when the time is over.
    private func addresses(until deadline: ContinuousClock.Instant) async throws(LinkOpeningError) -> [SocketAddress] {
        if let address = SocketAddress(numeric: self.host, port: self.port) { return [address] }
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<[SocketAddress]?, Never>) in
            let once = Once(continuation)
            let (host, port) = (self.host, self.port)
            ReadinessThread.startThread { once.resume(SocketAddress.resolve(host, port: port)) }
            Task {
                try? await Task.sleep(until: deadline, clock: .continuous)
                once.resume(nil)
            }
        }
        guard let answer else {
            throw LinkOpeningError(.absent, "\(self.address): the name server did not answer in time")
        }
        guard !answer.isEmpty else { throw LinkOpeningError(.absent, "\(self.address): no such host") }
        return answer
    }

    /// Resumes a continuation with whichever answer is first.
    private final class Once: Sendable {
        private let continuation: Mutex<CheckedContinuation<[SocketAddress]?, Never>?>

        init(_ continuation: CheckedContinuation<[SocketAddress]?, Never>) {
            self.continuation = Mutex(continuation)
        }

        func resume(_ addresses: [SocketAddress]?) {
            self.continuation.withLock { $0.take() }?.resume(returning: addresses)
        }
    }
}
