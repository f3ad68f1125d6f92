public import Broker
public import Logging
import ServiceLifecycle

extension DevelopmentBroker {
    /// Serves until a signal comes or, with `watchingInput`, standard input ends; calls under way are answered first.
    public func runUntilToldToEnd(
        watchingInput: Bool, logger: Logger, onReady: @escaping @Sendable (_ url: String) async -> Void
    ) async throws {
        let group = ServiceGroup(services: [Serving(broker: self, onReady: onReady)], logger: logger)
        let ending = Task {
            _ = await WorkEnd.wait(watchingInput: watchingInput)
            await group.triggerGracefulShutdown()
        }
        defer { ending.cancel() }
        try await group.run()
    }

    private struct Serving: Service {
        let broker: DevelopmentBroker
        let onReady: @Sendable (_ url: String) async -> Void

        func run() async throws { try await self.broker.run(onReady: self.onReady) }
    }
}
