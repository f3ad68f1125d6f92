import Foundation
import Protocols
import Site
import Testing

/// The main job with the pumps reached by their drives and the valves by their servers.
@Suite(.serialized) struct DriveRouteTests {
    @Test(arguments: ["asab-epos", "asab-slcan"])
    func `the demonstration comes to its results over the drives' own lines`(_ lab: String) throws {
        let ended = try EdgeAgentProgram.run(["demo", "--lab", lab, "--quantities", "conductivity", "--json"])
        let report = try JSONValue(parsing: ended.output)
        #expect(ended.status == 0 && report["lost"] == 0 && report["duplicates"] == 0, "\(ended.errors)")
        #expect(report["results"]?.array?.count == 3)
    }

    @Test(arguments: ["asab-epos", "asab-slcan"])
    func `a halt while plungers move leaves them at rest`(_ lab: String) async throws {
        let site = try await SimulatedSite(speed: 20) { try $0.become(lab) }
        _ = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"step.begun""#)
        let deadline = ContinuousClock.now + .seconds(60)
        var levels = try Self.levels(site)
        while case let next = try Self.levels(site), next == levels, ContinuousClock.now < deadline { levels = next }
        let halt = try site.json("halt", "--by", "tester")
        #expect(halt["stopped"]?.array?.count == 19 && halt["failures"] == [], "\(halt)")
        try await agent.waits(for: #""event":"run.failed""#)
        #expect(try site.json("runs")[0]?["state"] == "stopped")
        let rest = try Self.levels(site)
        #expect(try Self.levels(site) == rest && rest.count == 6)
        agent.process.terminate()
        _ = try agent.ended()
    }

    /// What the pumps read, by name.
    private static func levels(_ site: SimulatedSite) throws -> [String] {
        let pumps = try site.json("devices").array?.filter { $0["kind"] == "syringe pump" } ?? []
        return pumps.compactMap { $0["reading"]?.string }
    }
}
