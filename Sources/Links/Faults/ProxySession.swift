import DeviceKit

/// One host connected to the device through a proxy.
final class ProxySession: Sendable {
    private let host: ByteChannel
    private let device: ByteChannel
    private let upstream: FaultyLane
    private let downstream: FaultyLane
    /// What decides which faults this connection has at all.
    private let seed: UInt64

    /// - Parameter tap: sees the bytes as they come and as they leave.
    init(
        host: ByteChannel, device: ByteChannel, seed: UInt64,
        tap: @escaping @Sendable (ProxyTraffic.Place, [UInt8]) -> Void
    ) {
        self.host = host
        self.device = device
        self.seed = seed
        self.upstream = FaultyLane(
            from: host, to: device, seed: seed ^ 1, onArrival: { tap(.fromAgent, $0) },
            onDelivery: { tap(.toDevice, $0) })
        self.downstream = FaultyLane(
            from: device, to: host, seed: seed ^ 2, onArrival: { tap(.fromDevice, $0) },
            onDelivery: { tap(.toAgent, $0) })
    }

    func set(_ faults: [LinkFault]) {
        var random = SeededRandom(seed: self.seed)
        let chosen = faults.filter { random.happens($0.toxicity) }
        self.upstream.set(chosen.filter { $0.stream == .upstream }.map(\.kind))
        self.downstream.set(chosen.filter { $0.stream == .downstream }.map(\.kind))
    }

    /// Forwards until the line ends, then closes both sides.
    func run() async {
        let end = await withTaskGroup(of: LineEnd.self) { group in
            group.addTask { await self.upstream.run() }
            group.addTask { await self.downstream.run() }
            let first = await group.next()
            group.cancelAll()
            return first
        }
        for channel in [self.host, self.device] {
            if end == .reset { channel.reset() } else { channel.close() }
        }
    }

    /// Ends the line at once; what is on its way is lost.
    func cut() {
        self.host.close()
        self.device.close()
    }
}
