import DeviceKit
import Discovery

/// Devices that can be plugged in, for verbs that speak to them when no agent runs.
extension Laboratory {
    /// Looks for the devices, lets those be used that fit and answer, and forgets all of it in the end.
    ///
    /// - Parameter limit: longest wait for a device that does not answer.
    public func findingPlugged<Value: Sendable>(
        within limit: Duration, _ body: @Sendable ([String: DeviceStanding]) async throws -> Value
    ) async throws -> Value {
        guard !self.plugged.isEmpty else { return try await body([:]) }
        let watch: DeviceWatch
        do {
            watch = try await DeviceWatch(self.plugged, journal: nil)
        } catch let error as DiscoveryError {
            throw AgentError(.unavailable, "\(error)")
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run() }
            await watch.settle(within: limit)
            defer { group.cancelAll() }
            return try await body(await watch.standings)
        }
    }
}
