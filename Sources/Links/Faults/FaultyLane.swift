import Synchronization

/// One direction of a proxied line: reads from one side, and writes to the other what the faults leave, when it is due.
final class FaultyLane: Sendable {
    private typealias Parcel = FaultyStream.Parcel

    private struct State {
        var stream: FaultyStream
        /// In the order in which they leave.
        var parcels: [Parcel] = []
        /// The end that a fault brings by itself.
        var ownEnd: Parcel?
        var version = 0
        var sleepers: [CheckedContinuation<Void, Never>] = []

        var isFull: Bool { self.parcels.lazy.map(\.bytes.count).reduce(0, +) > FaultyLane.limit }
    }

    /// Bytes that are on their way at most; beyond, the side they come from has to wait.
    private static let limit = 1 << 20

    private let source: ByteChannel
    private let target: ByteChannel
    private let onArrival: @Sendable ([UInt8]) -> Void
    private let onDelivery: @Sendable ([UInt8]) -> Void
    private let state: Mutex<State>

    init(
        from source: ByteChannel, to target: ByteChannel, seed: UInt64,
        onArrival: @escaping @Sendable ([UInt8]) -> Void,
        onDelivery: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.source = source
        self.target = target
        self.onArrival = onArrival
        self.onDelivery = onDelivery
        self.state = Mutex(State(stream: FaultyStream(seed: seed)))
    }

    /// Faults from now on.
    func set(_ faults: [LinkFault.Kind]) {
        self.change { $0.ownEnd = $0.stream.set(faults, at: .now) }
    }

    /// Runs until one of both sides, or a fault, ends the line.
    func run() async -> LineEnd {
        async let _: Void = self.read()
        while let parcel = await self.next() {
            if !parcel.bytes.isEmpty {
                guard (try? await self.target.write(parcel.bytes)) != nil else { return .closed }
                self.onDelivery(parcel.bytes)
            }
            if let end = parcel.end { return end }
        }
        return .closed
    }

    private func read() async {
        while let bytes = try? await self.source.read() {
            self.onArrival(bytes)
            self.change { $0.parcels += $0.stream.take(bytes, at: .now) }
            while !Task.isCancelled, case (true, let version) = self.state.withLock({ ($0.isFull, $0.version) }) {
                await self.sleep(since: version)
            }
        }
        self.change { $0.parcels.append($0.stream.close(at: .now)) }
    }

    /// The next parcel once it is due; nil when the task is cancelled.
    private func next() async -> Parcel? {
        while !Task.isCancelled {
            let (parcel, due, version) = self.state.withLock { state -> (Parcel?, ContinuousClock.Instant?, Int) in
                let now = ContinuousClock.now
                if let end = state.ownEnd, end.due <= now { return (end, nil, 0) }
                if let first = state.parcels.first, first.due <= now {
                    return (state.parcels.removeFirst(), nil, 0)
                }
                return (nil, [state.parcels.first?.due, state.ownEnd?.due].compactMap { $0 }.min(), state.version)
            }
            if let parcel {
                self.change { _ in }
                return parcel
            }
            await self.sleep(since: version, until: due)
        }
        return nil
    }

    /// Returns when something has changed since `version`, when `due` has come, or when the task is cancelled.
    private func sleep(since version: Int, until due: ContinuousClock.Instant? = nil) async {
        let alarm = due.map { due in
            Task {
                try? await ContinuousClock().sleep(until: due)
                self.change { _ in }
            }
        }
        defer { alarm?.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    guard state.version == version, !Task.isCancelled else { return true }
                    state.sleepers.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            self.change { _ in }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let sleepers = self.state.withLock { state in
            body(&state)
            state.version += 1
            defer { state.sleepers = [] }
            return state.sleepers
        }
        for sleeper in sleepers { sleeper.resume() }
    }
}
