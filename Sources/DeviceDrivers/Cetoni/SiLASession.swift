import DeviceKit

/// An open acquaintance with a server: identity checked, settings made, subscriptions running.
final class SiLASession<Readings: Sendable>: Sendable {
    let connection: SiLAConnection
    let readings: LatestReadings<Readings>
    private let watching: Task<Void, Never>

    init(
        _ connection: SiLAConnection, first: Readings, subscriptions: [PropertySubscription<Readings>]
    ) {
        self.connection = connection
        self.readings = LatestReadings(first)
        self.watching = connection.watch(subscriptions, into: self.readings)
    }

    deinit { self.watching.cancel() }

    func end() { self.watching.cancel() }

    /// Whether the subscriptions still run.
    var isOpen: Bool { get async { await self.readings.failure == nil } }

    /// The latest readings. A server that was silent for a second is asked for its name first, for a server that died
    /// without a word is as silent as one that has nothing new to say.
    func fresh(_ command: String) async throws(DeviceError) -> Readings {
        if await self.readings.heard.duration(to: .now) > .seconds(1) {
            _ = try await self.connection.serverName(command)
            await self.readings.noteAnswer()
        }
        return await self.readings.latest
    }

    /// The error to report when a wait for a reading ended without one: the subscriptions' own end if they ended.
    func failure(_ command: String, otherwise error: DeviceError) async -> DeviceError {
        guard let failure = await self.readings.failure else { return error }
        return failure.error(device: self.connection.device, command: command)
    }
}
