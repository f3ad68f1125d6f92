import GRPCCore
import SiLA2
import SwiftProtobuf

/// The values of a server's properties as it last polled them, and those who subscribe to them.
struct PropertyFeed<Values: Sendable & Equatable>: Sendable {
    private(set) var polled: Values
    private var subscribers: [Int: AsyncStream<Values>.Continuation] = [:]
    private var subscribersSeen = 0

    init(_ first: Values) { self.polled = first }

    mutating func publish(_ values: Values) {
        guard values != self.polled else { return }
        self.polled = values
        for subscriber in self.subscribers.values { subscriber.yield(values) }
    }

    /// The polled values, at first as they are, then at each change. A slow reader gets the newest only.
    mutating func subscribe() -> (key: Int, values: AsyncStream<Values>) {
        let (values, continuation) = AsyncStream.makeStream(of: Values.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield(self.polled)
        self.subscribersSeen += 1
        self.subscribers[self.subscribersSeen] = continuation
        return (self.subscribersSeen, values)
    }

    mutating func unsubscribe(_ key: Int) { self.subscribers.removeValue(forKey: key)?.finish() }

    var hasSubscribers: Bool { !self.subscribers.isEmpty }
}

/// A server state that polls properties.
protocol PropertySource: Actor {
    associatedtype Values: Sendable & Equatable
    func subscribe() -> (key: Int, values: AsyncStream<Values>)
    func unsubscribe(_ key: Int)
    func systemState() -> String
}

extension PropertySource {
    /// Writes a property to a client until the client goes away: its present value, then each change.
    nonisolated func stream<Value: Sendable & Equatable, Answer: Sendable>(
        to writer: RPCWriter<Answer>, _ value: @escaping @Sendable (Values) -> Value,
        answer: @escaping @Sendable (Value) -> Answer
    ) async throws {
        let (key, values) = await self.subscribe()
        try await withRPCCancellationHandler {
            var last: Value?
            for await all in values {
                let now = value(all)
                guard now != last else { continue }
                last = now
                do {
                    try await writer.write(answer(now))
                } catch {
                    await self.unsubscribe(key)
                    throw error
                }
            }
            await self.unsubscribe(key)
        } onCancelRPC: {
            Task { await self.unsubscribe(key) }
        }
    }
}

/// `SystemStatusProvider`.
struct SystemStatusService<Source: PropertySource>: SystemSystemStatusProvider.SimpleServiceProtocol {
    let feed: Source

    func subscribe_SystemState(
        request: SystemSubscribe_SystemState_Parameters, response: RPCWriter<SystemSubscribe_SystemState_Responses>,
        context: ServerContext
    ) async throws {
        let state = await self.feed.systemState()
        try await self.feed.stream(to: response) { _ in
            state
        } answer: { state in
            .with { $0.systemState.value = state }
        }
    }
}
