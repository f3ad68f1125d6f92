import DeviceKit
import EdgeAgent
import Foundation
import Protocols
import Simulators
import Site
import Store

@testable import Demo

extension Evidence {
    /// Collects the logs of a site whose agent has ended.
    init(_ site: SimulatedSite, requests: [String: DemoRequest]) async throws {
        let lab = try LabDescription(contentsOf: site.lab.description)
        self.init(
            requests: requests, results: try await site.results(), runs: [], steps: [], outbox: [:],
            events: try Self.events(inFile: site.events), pumps: [:],
            liquids: WorldDescription(simulating: lab).liquids)
        for device in lab.configuration.devices {
            if let node = device.node { self.pumps[node] = device.name }
        }
        try await self.readJournal(in: site.lab.state)
    }

    /// The journal is read as a restarted agent would.
    private mutating func readJournal(in directory: String) async throws {
        let journal = try Journal(in: StateDirectory(path: directory))
        for run in try await journal.runs(limit: 1000).reversed() {
            self.runs.append(Run(id: run.id.description, request: run.requestID, state: run.state, reason: run.reason))
            self.steps += try await journal.steps(of: run.id).map(JournaledStep.init)
        }
        for item in try await journal.outboxPage(limit: 1000) {
            self.outbox[item.requestID, default: []].append(item.state)
        }
        try await journal.close()
    }

    /// A moment in UTC, ISO 8601, on the machine's clock since boot.
    static func secondsSinceBoot(_ text: String) -> Double? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = try? Date(text, strategy: style) else { return nil }
        return Double(Moment.now().monotonic) * 1e-6 + date.timeIntervalSinceNow
    }

    static func events(inFile path: String) throws -> [Event] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        guard let first = lines.first, let clock = try? JSONValue(parsing: first),
            let origin = clock["monotonic"]?.double, let speed = clock["speed"]?.double
        else { throw SiteFailure("\(path) does not begin with its clock: \(lines.first ?? "")") }
        // The last line may still be on its way.
        return lines.dropFirst().compactMap { line in
            guard let event = try? JSONValue(parsing: line).decode(WorldEvent.self) else { return nil }
            return Event(time: origin + event.time.seconds / speed, occurrence: event.occurrence)
        }
    }
}
