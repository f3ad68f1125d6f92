import Protocols
import Simulators
import Store

@testable import Demo

/// The three logs of an experiment: what the simulated hardware did, what the agent journaled, what the broker holds.
struct Evidence: Sendable {
    /// Something that happened in the simulated world, on the machine's clock since boot, in seconds.
    struct Event: Sendable {
        var time: Double
        var occurrence: WorldEvent.Occurrence
    }

    struct Run: Sendable {
        var id: String
        var request: String
        var state: RunState
        var reason: String
    }

    /// By the broker's id of the request.
    var requests: [String: DemoRequest]
    var results: [ResultInfo]
    /// Oldest first.
    var runs: [Run]
    /// In the order in which they were begun.
    var steps: [JournaledStep]
    /// State of each result by the id of its request.
    var outbox: [String: [OutboxState]]
    /// Oldest first.
    var events: [Event]
    /// The world's name of each pump, by that which plans use.
    var pumps: [String: String]
    var liquids: [String: WorldDescription.Liquid]

    var world: WorldRecord {
        WorldRecord(self.events.map { WorldEvent(time: .seconds($0.time), occurrence: $0.occurrence) })
    }
}
