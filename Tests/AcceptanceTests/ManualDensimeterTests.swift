import Foundation
import Protocols
import Site
import Testing

/// A densimeter that a person starts at its keys, in a lab that does the rest.
@Suite(.serialized) struct ManualDensimeterTests {
    @Test(arguments: [
        ("dma-export-folder", "folder:///mnt/densimeter"), ("dma-printer", "tty:///dev/ttyS9"),
    ])
    func `density and viscosity come from a densimeter that a person is asked to start`(
        _ profile: String, _ link: String
    ) async throws {
        let site = try await SimulatedSite(speed: 400) { lab in
            try lab.change(
                "lab.yaml", "profile: anton-paar/dma-4100m-lims, link: \"folder:///mnt/densimeter\"",
                "profile: anton-paar/\(profile), link: \"\(link)\"")
        }
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        let check = try site.ask("device", "densimeter", "do", "check", "standard=air", "pressure=1013 mbar")
        #expect(check.status == 65 && check.errors.contains("calibrate densimeter"), "\(check.errors)")
        let ids = try await site.post([
            Self.request("density", "vibrating_tube_densimetry", 293.15),
            Self.request("viscosity", "rolling_ball_viscometry", 298.15),
        ])
        for id in ids {
            try await agent.waits(for: #""event":"result.delivered","request":"\#(id)""#, atMost: .seconds(120))
        }
        let results = try await site.results()
        #expect(Set(results.map(\.result.requestUUID)) == Set(ids) && results.count == 2)
        let truth = try Self.truths(site)
        for (quantity, tolerance) in [("density", 0.001), ("viscosity", 0.03)] {
            let data = try #require(results.first { $0.result.quantity == quantity }?.result.data)
            #expect(data[quantity]?["meta"]?["rating"]?.integer == 5, "\(quantity)")
            let value = try #require(data[quantity]?["values"]?[0]?.double)
            let kelvin = try #require(data[quantity]?["temperature"]?.double)
            let real = try #require(truth.first { abs($0.kelvin - kelvin) < 0.05 })
            let deviation = quantity == "density" ? value - real.density : value / real.viscosity - 1
            #expect(abs(deviation) < tolerance, "\(quantity): \(value)")
        }
        let asked = try site.json("prompts", "--all").array ?? []
        #expect(asked.count == 2 && asked.allSatisfy { $0["answer"] == "ready" })
        agent.process.terminate()
        _ = try agent.ended()
    }

    /// What really stood in the cell when it was measured.
    private static func truths(_ site: SimulatedSite) throws -> [(kelvin: Double, density: Double, viscosity: Double)] {
        try String(contentsOfFile: site.events, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard let event = try? JSONValue(parsing: String(line)), let truth = event["truth"],
                let kelvin = truth["temperature_K"]?.double, let density = truth["density_g_per_cm3"]?.double,
                let viscosity = truth["viscosity_mPa_s"]?.double
            else { return nil }
            return (kelvin, density, viscosity)
        }
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
