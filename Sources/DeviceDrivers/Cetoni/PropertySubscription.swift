import GRPCCore
import SiLA2
import SwiftProtobuf

/// One observable property of a server, and where its values go among the readings.
struct PropertySubscription<Readings: Sendable>: Sendable {
    /// Reads values until the stream ends, then says why.
    let run: @Sendable (SiLAConnection, LatestReadings<Readings>) async -> SiLAFailure

    init<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, _: Response.Type, metadata: Metadata = [:],
        into place: @escaping @Sendable (inout Readings, Response) -> Void
    ) {
        self.run = { connection, readings in
            do throws(SiLAFailure) {
                _ = try await connection.follow(method, request, metadata: metadata) { (response: Response) in
                    await readings.change { place(&$0, response) }
                    return false
                }
                return .transport(.unavailable, message: "the server ended the subscription \(method.method)")
            } catch {
                return error
            }
        }
    }
}

extension SiLAConnection {
    /// Keeps all `subscriptions` open until one of them ends, which ends them all.
    func watch<Readings: Sendable>(
        _ subscriptions: [PropertySubscription<Readings>], into readings: LatestReadings<Readings>
    ) -> Task<Void, Never> {
        Task {
            await withTaskGroup(of: SiLAFailure.self) { group in
                for subscription in subscriptions { group.addTask { await subscription.run(self, readings) } }
                await readings.end(await group.next() ?? .cancelled)
                group.cancelAll()
            }
        }
    }
}
