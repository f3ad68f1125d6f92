import Foundation
import Protocols
import Site
import Testing

/// Requests for one sample that wait together.
@Suite(.serialized) struct SharedSampleTests {
    @Test func `density, viscosity and conductivity of a sample come from one formulation, each with its own result`()
        async throws
    {
        let site = try await SimulatedSite(speed: 400)
        let ids = try await site.post([
            Self.request("density", "vibrating_tube_densimetry", 293.15),
            Self.request("viscosity", "rolling_ball_viscometry", 298.15),
            Self.request("conductivity", "two_electrode", 299.65),
        ])
        let agent = try site.startAgent()
        for id in ids {
            try await agent.waits(for: #""event":"result.delivered","request":"\#(id)""#, atMost: .seconds(120))
        }
        let results = try await site.results()
        #expect(Set(results.map(\.result.requestUUID)) == Set(ids) && results.count == 3)
        let samples = Set(results.compactMap { $0.result.data["run_info"]?["internal_reference"]?.string })
        #expect(samples.count == 1)
        for (quantity, kelvin) in [("density", 293.15), ("viscosity", 298.15), ("conductivity", 299.65)] {
            let data = try #require(results.first { $0.result.quantity == quantity }?.result.data[quantity])
            #expect(data["meta"]?["rating"]?.integer == 5, "\(quantity)")
            let temperature = try #require(data["temperature"]?.double)
            #expect(abs(temperature - kelvin) < 0.05, "\(quantity)")
        }
        // While the densimeter measured, the other cell was filled and measured.
        let events = agent.output
        let begun = try #require(events.range(of: #""quantity":"conductivity""#))
        let measured = try #require(
            events.firstMatch(of: try Regex(#""event":"run.finished"[^\n]*"request":"\#(ids[0])""#)))
        #expect(begun.lowerBound < measured.range.lowerBound)
        // One cell was filled once for two quantities; the lines were primed once for all three.
        let collected = results.compactMap { $0.result.data["details"]?["stocks"]?.array }
            .map { $0.reduce(0) { $0 + ($1["collected_mL"]?.double ?? 0) } }
        #expect(collected.count { $0 > 0 } == 2)
        let primed = results.compactMap { $0.result.data["details"]?["stocks"]?.array }
            .map { $0.reduce(0) { $0 + ($1["primed_mL"]?.double ?? 0) } }
        #expect(primed.count { $0 > 0 } == 1)
    }

    @Test func `both of two runs that were killed side by side go on, and nothing is rinsed before`() async throws {
        let site = try await SimulatedSite(speed: 150)
        let ids = try await site.post([
            Self.request("density", "vibrating_tube_densimetry", 293.15),
            Self.request("conductivity", "two_electrode", 299.65),
        ])
        let agent = try site.startAgent()
        try await agent.waits(for: #""title":"measure the impedance, 1"#, atMost: .seconds(120))
        kill(agent.process.processIdentifier, SIGKILL)
        agent.process.waitUntilExit()
        let next = try site.startAgent()
        var prompts: [JSONValue] = []
        let deadline = ContinuousClock.now + .seconds(60)
        while prompts.count < 2, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(100))
            prompts = try site.json("prompts").array ?? []
        }
        let runs = try site.json("runs").array ?? []
        let density = try #require(runs.first { $0["quantity"] == "density" }?["id"]?.string)
        let conductivity = try #require(runs.first { $0["quantity"] == "conductivity" }?["id"]?.string)
        #expect(prompts.count == 2)
        // The densimeter's run is done first, while the other one's sample still stands in the lines.
        _ = try site.json("runs", "resume", density)
        try await next.waits(for: #""event":"result.delivered","request":"\#(ids[0])""#, atMost: .seconds(60))
        #expect(!next.output.contains("rinse the cell"))
        _ = try site.json("runs", "resume", conductivity)
        try await next.waits(for: #""event":"result.delivered","request":"\#(ids[1])""#, atMost: .seconds(60))
        try await Self.waitUntilClean(site, runs: 4)
        for result in try await site.results() {
            #expect(result.result.data[result.result.quantity]?["meta"]?["rating"]?.integer == 5)
        }
        #expect(try await site.results().count == 2)
    }

    @Test func `a measurement that is stopped leaves the run beside it alone`() async throws {
        let site = try await SimulatedSite(speed: 150)
        let ids = try await site.post([
            Self.request("density", "vibrating_tube_densimetry", 293.15),
            Self.request("conductivity", "two_electrode", 299.65),
        ])
        let agent = try site.startAgent()
        try await agent.waits(for: #""title":"measure the impedance, 1"#, atMost: .seconds(120))
        let runs = try site.json("runs").array ?? []
        let density = try #require(runs.first { $0["quantity"] == "density" }?["id"]?.string)
        _ = try site.json("runs", "stop", density)
        try await agent.waits(for: #""event":"result.delivered","request":"\#(ids[1])""#, atMost: .seconds(60))
        #expect(try site.json("runs", "show", density)["run"]?["state"] == "awaiting operator")
        _ = try site.json("runs", "resume", density)
        try await agent.waits(for: #""event":"result.delivered","request":"\#(ids[0])""#, atMost: .seconds(60))
        try await Self.waitUntilClean(site, runs: 4)
    }

    @Test func `a densimeter that fails takes its own result alone, and the lab is cleaned`() async throws {
        let site = try await SimulatedSite(speed: 400)
        let ids = try await site.post([
            Self.request("density", "vibrating_tube_densimetry", 293.15),
            Self.request("conductivity", "two_electrode", 299.65),
        ])
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"step.begun""#)
        let links = try String(contentsOfFile: site.links, encoding: .utf8).split(separator: "\n")
        let folder = try #require(
            links.compactMap { try? JSONValue(parsing: String($0)) }.first { $0["device"] == "densimeter" }?[
                "endpoint"]?
                .string?.dropFirst("folder://".count))
        try FileManager.default.removeItem(atPath: "\(folder)/in")
        try await agent.waits(for: #""event":"run.failed""#, atMost: .seconds(120))
        try await agent.waits(for: #""event":"result.delivered","request":"\#(ids[1])""#, atMost: .seconds(120))
        #expect(try await site.results().map(\.result.requestUUID) == [ids[1]])
        let runs = try await Self.waitUntilClean(site, runs: 4)
        #expect(runs.count { $0["state"] == "succeeded" } == 3 && runs.count { $0["state"] == "failed" } == 1)
    }

    @Test func `an empty densimeter passes its check with air, and not one with water`() async throws {
        let site = try await SimulatedSite(speed: 400)
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        let check = try site.json("device", "densimeter", "do", "check", "standard=air", "pressure=1013 mbar")
        #expect(check["passed"] == true, "\(check)")
        let measured = try #require(check["measured_g_per_cm3"]?.double)
        #expect(abs(measured - 0.0012) < 1e-4)
        let water = try site.ask("device", "densimeter", "do", "check", "standard=water", "pressure=1013 mbar")
        #expect(water.status == 65 && water.output.contains("clean the cell"), "\(water.output)")
        agent.process.terminate()
        _ = try agent.ended()
    }

    @Test func `a bottle that does not suffice for all that waits is named before the first of it is begun`()
        async throws
    {
        let site = try await SimulatedSite(speed: 400)
        let set = try site.ask("stock", "set", "Reservoir6", "20 mL", "--by", "tester")
        #expect(set.status == 0, "\(set.errors)")
        let vial = FinalesRequest(
            quantity: "electrolyte", methods: ["flow"],
            parameters: [
                "flow": ["electrolyte": ["formulation": try JSONValue(parsing: PlanTests.formulation)], "volume": 8]
            ], tenantUUID: "5c3a1b1e-6f1d-4f0e-9d55-2f7d3a7c9a10")
        let ids = try await site.post(Array(repeating: vial, count: 7))
        let agent = try site.startAgent()
        try await agent.waits(for: "will not suffice for electrolyte/flow of request")
        let report = try site.json("pending")
        let shortage = try #require(report["shortages"]?.array?.first { $0["node"] == "Reservoir6" }, "\(report)")
        #expect(ids.contains(shortage["request"]?.string ?? "") && shortage["waiting"]?.integer == 7, "\(shortage)")
        #expect(shortage["place"]?.string?.contains("lot MPGX-23-474_1") == true)
        let (left, needed) = (try #require(shortage["left_mL"]?.double), try #require(shortage["needed_mL"]?.double))
        #expect(left < needed && left > 0)
        let asked = try site.json("prompts").array ?? []
        #expect(asked.contains { $0["text"]?.string?.contains("Reservoir6") == true }, "\(asked)")
        agent.process.terminate()
        _ = try agent.ended()
    }

    /// Waits until so many runs, cleaning among them, are over.
    @discardableResult
    private static func waitUntilClean(_ site: SimulatedSite, runs count: Int) async throws -> [JSONValue] {
        let deadline = ContinuousClock.now + .seconds(120)
        var runs: [JSONValue] = []
        repeat {
            try await Task.sleep(for: .milliseconds(200))
            runs = try site.json("runs").array ?? []
            if runs.count == count, runs.allSatisfy({ $0["state"] == "succeeded" || $0["state"] == "failed" }) {
                return runs
            }
        } while ContinuousClock.now < deadline
        Issue.record("the lab is not clean: \(runs)")
        return runs
    }

    private static func request(_ quantity: String, _ method: String, _ kelvin: Double) throws -> FinalesRequest {
        var parameters = JSONObject()
        parameters[method] = [
            "formulation": try JSONValue(parsing: PlanTests.formulation), "temperature": .number(kelvin),
        ]
        return FinalesRequest(
            quantity: quantity, methods: [method], parameters: parameters,
            tenantUUID: "5c3a1b1e-6f1d-4f0e-9d55-2f7d3a7c9a10")
    }
}
