import Foundation
import Protocols
import Site
import Testing

/// The temperature to which a conductivity belongs, from the thermometer to the broker.
@Suite(.serialized) struct CellThermometerTests {
    /// What hangs there, and the uncertainty of its profile in kelvin.
    struct Sensor: CustomTestStringConvertible, Sendable {
        var profile: String
        var parameter: String
        var uncertainty: Double
        var testDescription: String { self.profile }
    }

    @Test(arguments: [
        Sensor(profile: "lake-shore/218", parameter: "channel: 2", uncertainty: 0.05),
        Sensor(profile: "siemens/qfa3150-mo", parameter: "unit: 3", uncertainty: 0.5),
    ])
    func `a result has the temperature that the cell's thermometer read, and says so`(_ sensor: Sensor) async throws {
        let site = try await SimulatedSite(change: { lab in
            try lab.change(
                "lab.yaml", "  gas: { profile",
                """
                  inside: { profile: \(sensor.profile), link: "tty:///dev/serial/by-id/usb-cell_example-if00", \
                parameters: { \(sensor.parameter) } }
                  gas: { profile
                """)
            try lab.change(
                "lab.yaml",
                "temperature: { value: 299.65 K, uncertainty: 0.1 K, read: 2026-11-23T20:00:00Z, max-age: 400 d }",
                "temperature: { from: inside, expected: 299.65 K, uncertainty: 0.1 K }")
        })
        // The simulated cell is at 299.65 K. The agent is told to expect something else: it has to look.
        try site.lab.change("lab.yaml", "expected: 299.65 K", "expected: 299.4 K")
        let request = try await site.postRequest()
        let agent = try site.startAgent()
        let deadline = ContinuousClock.now + .seconds(60)
        while try await site.resultCount(for: request) == 0 {
            try #require(ContinuousClock.now < deadline && agent.isRunning, "\(agent.output)\(agent.errors)")
            try await Task.sleep(for: .milliseconds(100))
        }
        let result = try #require(try await site.results().first { $0.result.requestUUID == request }?.result)
        let kelvin = try #require(result.data["conductivity"]?["temperature"]?.double)
        #expect(abs(kelvin - 299.65) < 0.006, "\(kelvin) K")
        #expect(result.parameters["two_electrode"]?["temperature"]?.double == kelvin)
        let details = try #require(result.data["details"])
        #expect(details["temperature_source"] == ["thermometer": "inside", "read": "with each measurement"])
        let uncertainty = try #require(details["conductivity"]?["temperature_uncertainty_K"]?.double)
        let expected = (0.1 * 0.1 + sensor.uncertainty * sensor.uncertainty).squareRoot()
        #expect(abs(uncertainty - expected) < 1e-6, "\(uncertainty) K")
        _ = try await agent.end(by: SIGTERM)
    }
}
