import Foundation
import Protocols
import Testing
import Uplink

/// A simulated lab and a development broker at work, and an agent between them: three programs.
final class SimulatedSite {
    static let speed = "100"

    let lab: LabCopy
    let broker: EdgeAgentProgram.Started
    let devices: EdgeAgentProgram.Started
    let links: String
    let password: String
    let address: String

    init() async throws {
        self.lab = try LabCopy()
        try self.lab.change("lab.yaml", "poll: 5 s", "poll: 200 ms")
        self.broker = try EdgeAgentProgram.Started(["broker", "--port", "0", "--json"])
        self.devices = try EdgeAgentProgram.Started(
            ["simulate", "--lab", self.lab.description, "--speed", Self.speed, "--json"])
        try await self.broker.waits(for: "}\n")
        try await self.devices.waits(for: "potentiostat\"")
        try await self.devices.waits(for: "}\n")
        self.links = try self.lab.write("links.jsonl", self.devices.output)
        self.password = try self.lab.write("password", "lab")
        self.address = try #require(JSONValue(parsing: self.broker.output)["url"]?.string)
    }

    /// The agent, with an event on each line.
    func startAgent(broker: String? = nil) throws -> EdgeAgentProgram.Started {
        try EdgeAgentProgram.Started([
            "run", "--config", self.lab.description, "--broker", broker ?? self.address, "--user", "lab",
            "--password-file",
            self.password, "--links", self.links, "--speed", Self.speed, "--json",
        ])
    }

    /// A verb for this lab.
    func ask(_ arguments: String...) throws -> EdgeAgentProgram.Ended {
        try EdgeAgentProgram.run(arguments + ["--config", self.lab.description])
    }

    /// A verb's answer.
    func json(_ arguments: String...) throws -> JSONValue {
        let ended = try EdgeAgentProgram.run(arguments + ["--config", self.lab.description, "--json"])
        try #require(ended.status == 0, "\(arguments): \(ended.errors)")
        return try JSONValue(parsing: ended.output)
    }

    /// Asks for a conductivity, as an optimiser does.
    func postRequest() async throws -> String {
        let request = try JSONValue(parsing: PlanTests.asTheBrokerShowsIt)
        let wanted = try FinalesRequest(parsing: #require(request["request"]))
        return try await self.withRequester { try await $0.postRequest(wanted) }
    }

    /// How many results the broker holds for a request.
    func resultCount(for request: String) async throws -> Int {
        let results = try await self.withRequester {
            try await $0.results(quantity: "conductivity", method: "two_electrode")
        }
        return results.count { $0.result.requestUUID == request }
    }

    private func withRequester<Value>(_ body: (FinalesClient) async throws -> Value) async throws -> Value {
        let client = FinalesClient(
            address: try #require(BrokerAddress(parsing: self.address)),
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
}
