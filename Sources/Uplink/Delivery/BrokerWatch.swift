import NIOCore
import NIOPosix
import Store

/// What is known about the way to the broker, and when it may be used again.
actor BrokerWatch {
    private let policy: DeliveryPolicy
    private(set) var status = DeliveryStatus()
    private let now: @Sendable () -> Moment
    private var pausedUntil: Moment?

    init(policy: DeliveryPolicy, now: @escaping @Sendable () -> Moment) {
        self.policy = policy
        self.now = now
    }

    /// How long to leave the broker alone; nil for not at all.
    var pause: Duration? {
        guard let pausedUntil else { return nil }
        let rest = pausedUntil.monotonic - self.now().monotonic
        return rest > 0 ? .microseconds(rest) : nil
    }

    var isUnreachable: Bool { self.status.isReachable == false }

    /// A call came through.
    func noteSuccess() {
        self.status.isReachable = true
        self.status.trouble = nil
        self.status.troubles = 0
        self.pausedUntil = nil
    }

    func noteDelivery() {
        self.status.delivered += 1
        self.noteSuccess()
    }

    /// A call failed in a way that the next one will, too. Calls that failed together count once.
    ///
    /// - Returns: whether this is news, rather than one trouble more.
    func noteTrouble(_ error: BrokerError) -> Bool {
        let isNews = self.status.trouble?.code != error.code
        self.status.trouble = error
        self.status.isReachable = error.code == .unreachable ? false : true
        if self.pause == nil { self.status.troubles += 1 }
        let wait = max(self.policy.wait(after: self.status.troubles), error.retryAfter ?? .zero)
        let end = self.now().advanced(by: wait)
        if end.monotonic > self.pausedUntil?.monotonic ?? .min { self.pausedUntil = end }
        return isNews
    }

    /// The broker takes connections again.
    func noteReturn() {
        self.status.isReachable = true
        self.status.troubles = 0
        self.pausedUntil = nil
    }

    /// Whether the broker takes a connection. Nothing is sent.
    static func canConnect(to address: BrokerAddress, within limit: Duration) async -> Bool {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(limit))
                .connect(host: address.bareHost, port: address.port).get()
            try? await channel.close().get()
            return true
        } catch {
            return false
        }
    }
}
