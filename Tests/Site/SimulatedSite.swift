import Foundation
package import Protocols
import Synchronization
import Uplink

/// A simulated lab and a development broker at work, and an agent between them: three programs.
package final class SimulatedSite: Sendable {
    package let lab: LabCopy
    package let devices: EdgeAgentProgram.Started
    /// Lab seconds per second.
    package let speed: Double
    /// File of what the agent needs to find the simulated devices.
    package let links: String
    /// File of what really happens in the simulated world.
    package let events: String
    package let address: String
    private let password: String
    private let brokerSeed: String?
    private let brokers: Mutex<EdgeAgentProgram.Started>

    /// - Parameters:
    ///   - seed: of the noise of what is measured.
    ///   - broker: what a new broker knows, as `edge-agent broker --seed` reads it; otherwise its development accounts
    ///     and capabilities.
    ///   - misbehaviour: a plan as `edge-agent simulate --faults` reads it.
    ///   - change: makes the lab another one than the example.
    package init(
        speed: Double = 100, seed: UInt64 = 1, broker brokerSeed: JSONValue? = nil, misbehaviour: String? = nil,
        change: (LabCopy) throws -> Void = { _ in }
    ) async throws {
        self.lab = try LabCopy()
        try change(self.lab)
        self.brokerSeed = try brokerSeed.map { [lab] in try lab.write("broker-seed.json", $0.text()) }
        self.speed = speed
        try self.lab.change("lab.yaml", "poll: 5 s", "poll: 200 ms")
        self.events = self.lab.folder.appending(path: "events.jsonl").path
        let broker = try Self.makeBroker(self.lab, seed: self.brokerSeed, port: 0)
        self.brokers = Mutex(broker)
        self.devices = try EdgeAgentProgram.Started(
            [
                "simulate", "--lab", self.lab.description, "--speed", "\(speed)", "--seed", "\(seed)",
                "--events", self.events, "--json",
            ] + (try misbehaviour.map { [lab] in ["--faults", try lab.write("misbehaviour", $0)] } ?? []))
        try await broker.waits(for: "}\n")
        try await self.devices.waits(for: "potentiostat\"")
        try await self.devices.waits(for: "}\n")
        self.links = try self.lab.write("links.jsonl", self.devices.output)
        self.password = try self.lab.write("password", "lab")
        guard let address = try JSONValue(parsing: broker.output)["url"]?.string else {
            throw SiteFailure("the broker does not say where it listens: \(broker.output)")
        }
        self.address = address
    }

    /// The broker that was started last.
    package var broker: EdgeAgentProgram.Started { self.brokers.withLock { $0 } }

    /// The agent, with an event on each line.
    ///
    /// - Parameters:
    ///   - broker: another address than the broker's own, of something in between.
    ///   - launcher: see `EdgeAgentProgram.Started`.
    package func startAgent(
        broker: String? = nil, environment: [String: String] = [:], launcher: [String] = []
    ) throws -> EdgeAgentProgram.Started {
        try EdgeAgentProgram.Started(
            [
                "run", "--config", self.lab.description, "--broker", broker ?? self.address, "--user", "lab",
                "--password-file", self.password, "--links", self.links, "--speed", "\(self.speed)", "--json",
            ], environment: environment, launcher: launcher)
    }

    /// The broker again, at the same address and with the same database.
    package func restartBroker() async throws {
        let port = Int(self.address.split(separator: ":").last ?? "") ?? 0
        let broker = try Self.makeBroker(self.lab, seed: self.brokerSeed, port: port)
        try await broker.waits(for: "}\n")
        self.brokers.withLock { $0 = broker }
    }

    /// A verb for this lab.
    package func ask(_ arguments: String...) throws -> EdgeAgentProgram.Ended {
        try EdgeAgentProgram.run(arguments + ["--config", self.lab.description])
    }

    /// A verb's answer.
    package func json(_ arguments: String...) throws -> JSONValue {
        let ended = try EdgeAgentProgram.run(arguments + ["--config", self.lab.description, "--json"])
        guard ended.status == 0 else { throw SiteFailure("\(arguments): \(ended.errors)") }
        return try JSONValue(parsing: ended.output)
    }

    /// A verb's answer; nil if there is none, because the agent ended meanwhile or refused.
    package func tries(_ arguments: String...) async throws -> JSONValue? {
        let verb = try EdgeAgentProgram.Started(arguments + ["--config", self.lab.description, "--json"])
        let ended = try await verb.end()
        return ended.status == 0 ? try JSONValue(parsing: ended.output) : nil
    }

    /// What an optimiser does: asks at the broker, as user `demo`.
    package func post(_ requests: [FinalesRequest]) async throws -> [String] {
        try await self.atBroker { client in
            var ids: [String] = []
            for request in requests { ids.append(try await client.postRequest(request)) }
            return ids
        }
    }

    /// All results that the broker shows, deleted ones left out.
    package func results() async throws -> [ResultInfo] {
        try await self.atBroker { try await $0.results().filter { $0.status != .deleted } }
    }

    private func atBroker<Value>(_ body: (FinalesClient) async throws -> Value) async throws -> Value {
        guard let address = BrokerAddress(parsing: self.address) else {
            throw SiteFailure("no address: \(self.address)")
        }
        let client = FinalesClient(
            address: address,
            credentials: BrokerCredentials(user: "demo", passwordFile: try self.lab.write("demo-password", "demo")))
        do {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }

    private static func makeBroker(_ lab: LabCopy, seed: String?, port: Int) throws -> EdgeAgentProgram.Started {
        let database = lab.folder.appending(path: "broker.sqlite").path
        return try EdgeAgentProgram.Started(
            ["broker", "--port", "\(port)", "--database", database, "--json"] + (seed.map { ["--seed", $0] } ?? []))
    }
}
