import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Foundation
import Simulators
import Testing

@Suite(.timeLimit(.minutes(1))) struct DriverAuthorsTests {
    @Test func `the example for driver authors is checked, simulated, read and told what to do`() async throws {
        let page = PeerProgram.repository.appending(path: "docs/driver-authors.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let yaml = try #require(text.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        let profile = try ShippedProfile.read(String(yaml))
        let clock = LabClock(speed: 1000)
        let line = try #require(SimulatedTextLine([ProfiledModel(profile)], clock: clock))
        let stirrer = try TextDevice.make(profile, at: try await line.openPseudoTerminal(), clock: clock)

        #expect(try await stirrer.identify().model == "RCT digital")
        let perMinute = try #require(AnyUnit(symbol: "1/min"))
        #expect(try await stirrer.read(["plate"])["plate"] == .number(AnyQuantity(24.8, .degreeCelsius)))
        try await stirrer.perform("set-speed", ["speed": .number(AnyQuantity(500, perMinute))])
        try await stirrer.perform("start")
        try await Self.wait { try await stirrer.read(["speed"])["speed"] == .number(AnyQuantity(500, perMinute)) }
        try await stirrer.stop()
        try await Self.wait { try await stirrer.read(["speed"])["speed"] == .number(AnyQuantity(0, perMinute)) }

        await line.set("plate", .number(AnyQuantity(95, .degreeCelsius)))
        let error = await #expect(throws: DeviceError.self) { try await stirrer.perform("start") }
        #expect(error?.code == .unsafe && error?.advice == "Let the plate cool below 90 °C first.")
        await line.shutDown()
    }

    private static func wait(until isThere: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !isThere() { try #require(ContinuousClock.now < deadline, "the stirrer does not get there") }
    }
}
