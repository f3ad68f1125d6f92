import Foundation
import Protocols
import Site
import Uplink

/// A lab in which people carry samples, and its broker: programs of this build, each in a process of its own.
final class TransportSite: Sendable {
    let folder: URL
    let broker: EdgeAgentProgram.Started
    private let address: String

    /// - Parameter more: lines that are added to the description.
    init(_ more: String = "") async throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "transport-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        let example = try String(
            contentsOf: EdgeAgentProgram.root.appending(path: "labs/transport/lab.yaml"), encoding: .utf8)
        let description = example.replacing("../../.state/transport", with: "state").replacing(
            "poll: 5 s", with: "poll: 200 ms")
        for (name, text) in [("lab.yaml", description + "\n" + more), ("password", "lab"), ("demo-password", "demo")] {
            try text.write(to: self.folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        self.broker = try EdgeAgentProgram.Started([
            "broker", "--port", "0", "--database", self.folder.appending(path: "broker.sqlite").path, "--json",
        ])
        try await self.broker.waits(for: "}\n")
        guard let address = try JSONValue(parsing: self.broker.output)["url"]?.string else {
            throw SiteFailure("the broker does not say where it listens: \(self.broker.output)")
        }
        self.address = address
    }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    var description: String { self.path("lab.yaml") }
    func path(_ name: String) -> String { self.folder.appending(path: name).path }

    func startAgent() throws -> EdgeAgentProgram.Started {
        try EdgeAgentProgram.Started([
            "run", "--config", self.description, "--broker", self.address, "--user", "lab", "--password-file",
            self.path("password"), "--json",
        ])
    }

    func ask(_ arguments: String...) throws -> EdgeAgentProgram.Ended {
        try EdgeAgentProgram.run(arguments + ["--config", self.description])
    }

    func json(_ arguments: String...) throws -> JSONValue {
        let ended = try EdgeAgentProgram.run(arguments + ["--config", self.description, "--json"])
        guard ended.status == 0 else { throw SiteFailure("\(arguments): \(ended.errors)") }
        return try JSONValue(parsing: ended.output)
    }

    /// Asks at the broker for samples to be carried, as an orchestrator does.
    func post(_ count: Int, to address: String = "AutoBASS") async throws -> [String] {
        try await self.atBroker { client in
            var ids: [String] = []
            for vial in 1...count {
                ids.append(try await client.postRequest(Self.request(forVial: vial, to: address)))
            }
            return ids
        }
    }

    static func request(forVial vial: Int) throws -> FinalesRequest { try self.request(forVial: vial, to: "AutoBASS") }

    private static func request(forVial vial: Int, to address: String) throws -> FinalesRequest {
        try FinalesRequest(parsing: [
            "quantity": "transport", "methods": ["transport_service"],
            "tenant_uuid": "5c3a1b1e-6f1d-4f0e-9d55-2f7d3a7c9a10",
            "parameters": [
                "transport_service": [
                    "origin": ["address": "Lab 7", "detail_1": "Dosing", "detail_2": .string("vial_\(vial)")],
                    "destination": ["address": .string(address)],
                ]
            ],
        ])
    }

    /// What the broker has, by request; more than one for a request is a failure of the test.
    func results() async throws -> [String: JSONValue] {
        let all = try await self.atBroker { try await $0.results().filter { $0.status != .deleted } }
        return Dictionary(all.map { ($0.result.requestUUID, $0.result.data) }) { _, second in
            ["twice": .object(second)]
        }.mapValues { JSONValue.object($0) }
    }

    private func atBroker<Value>(_ body: (FinalesClient) async throws -> Value) async throws -> Value {
        guard let address = BrokerAddress(parsing: self.address) else { throw SiteFailure("no address") }
        let client = FinalesClient(
            address: address, credentials: BrokerCredentials(user: "demo", passwordFile: self.path("demo-password")))
        let result = await Result.catching { try await body(client) }
        await client.close()
        return try result.get()
    }
}

extension Result where Failure == any Error {
    fileprivate static func catching(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
