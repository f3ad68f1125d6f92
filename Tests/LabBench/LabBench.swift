import Demo
public import DeviceKit
public import EdgeAgent
import Foundation
public import Simulators

/// The example lab simulated in the test's own process, with the agent's drivers for it.
public struct LabBench: Sendable {
    public static let speed = 100.0

    public let description: LabDescription
    public let lab: SimulatedLab
    public let laboratory: Laboratory
    public let clock: LabClock

    /// Of the repository.
    public static let labFile = Self.file(of: "asab")

    private static func file(of lab: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "labs/\(lab)/lab.yaml").path
    }

    /// Gives `body` a lab at a hundred times real time; stopped whatever happens.
    ///
    /// - Parameter lab: which of the examples.
    public static func run(
        _ lab: String = "asab", tubesHold liquid: String = WorldDescription.gas, _ body: (LabBench) async throws -> Void
    ) async throws {
        let description = try LabDescription(contentsOf: Self.file(of: lab))
        var simulated = SimulatedLab.Description(simulating: description)
        simulated.world.tubesHold = liquid
        let lab = try SimulatedLab(simulated, speed: Self.speed)
        let endpoints = try await lab.start()
        let links = Dictionary(uniqueKeysWithValues: endpoints.map { ($0.device, "\($0.endpoint)") })
        let clock = LabClock(speed: Self.speed)
        let laboratory = try Laboratory(description, links: links, clock: clock)
        do {
            try await body(LabBench(description: description, lab: lab, laboratory: laboratory, clock: clock))
        } catch {
            await lab.stop()
            throw error
        }
        _ = await laboratory.halt()
        await lab.stop()
    }

    public func pump(_ node: String) throws -> any SyringePump { try self.find(node, self.laboratory.pumps) }
    public func valve(_ name: String) throws -> any RotaryValve { try self.find(name, self.laboratory.valves) }
    public func relay(_ name: String) throws -> any Relay { try self.find(name, self.laboratory.relays) }
    public func potentiostat(_ name: String) throws -> any Potentiostat {
        try self.find(name, self.laboratory.potentiostats)
    }

    private func find<Found>(_ name: String, _ devices: [String: Found]) throws -> Found {
        guard let device = devices[name] else {
            throw DeviceError(
                .misconfigured, device: name, command: "find", "the example lab has none", advice: "Correct the test.")
        }
        return device
    }
}
