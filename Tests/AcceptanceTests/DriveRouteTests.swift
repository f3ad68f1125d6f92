import DeviceKit
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
        while case let next = try Self.levels(site), zip(next, levels).allSatisfy({ abs($0 - $1) < 0.05 }),
            ContinuousClock.now < deadline
        { levels = next }
        let halt = try site.json("halt", "--by", "tester")
        #expect(halt["stopped"]?.array?.count == 19 && halt["failures"] == [], "\(halt)")
        try await agent.waits(for: #""event":"run.failed""#)
        #expect(try site.json("runs")[0]?["state"] == "stopped")
        let rest = try Self.levels(site)
        let later = try Self.levels(site)
        #expect(rest.count == 6 && zip(rest, later).allSatisfy { abs($0 - $1) < 0.05 }, "\(rest) \(later)")
        agent.process.terminate()
        _ = try agent.ended()
    }

    @Test func `a pump is referenced by a verb, on the word that its syringe is out`() async throws {
        let site = try await SimulatedSite(speed: 50) { try $0.become("asab-epos") }
        let early = try site.ask("device", "A0", "do", "reference", "syringe=removed")
        #expect(early.status == 69 && early.errors.contains("start it first"), "\(early.errors)")
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        let unsaid = try site.ask("device", "A0", "do", "reference")
        #expect(unsaid.status == 65 && unsaid.errors.contains("Take the syringe out of A0"), "\(unsaid.errors)")
        let done = try site.json("device", "A0", "do", "reference", "syringe=removed")
        #expect(done["done"] == true && done["action"] == "reference", "\(done)")
        let shown = try site.ask("device", "A0", "do", "clear-fault", "cause=removed")
        #expect(shown.status == 0 && shown.output.contains("A0: clear-fault is done. It holds "), "\(shown.output)")
        let trail = try site.json("audit")
        #expect(trail.array?.contains { $0["act"] == "device action done" } == true, "\(trail)")
        agent.process.terminate()
        _ = try agent.ended()
    }

    /// What the pumps hold in µL, by name.
    private static func levels(_ site: SimulatedSite) throws -> [Double] {
        let pumps = try site.json("devices").array?.filter { $0["kind"] == "syringe pump" } ?? []
        return try pumps.compactMap { $0["reading"]?.string?.split(separator: ",").first }.compactMap { reading in
            try AnyQuantity(parsing: String(reading.dropFirst("holds ".count))).quantity(VolumeDimension.self)?
                .in(.microlitre)
        }
    }
}
