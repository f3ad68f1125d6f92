import Foundation
import Protocols
import Site
import Testing

@Suite(.serialized) struct ReadingsTests {
    @Test func `units share a serial line if their settings are the same and their numbers are not`() throws {
        let line = "link: \"tty:///dev/serial/by-id/usb-485_example-if00\""
        func findings(_ devices: String...) throws -> String {
            let lab = try LabCopy()
            let lines = devices.enumerated().map { "  extra\($0): { \(line), \($1) }\n" }.joined()
            try lab.change("lab.yaml", "  gas: { profile", lines + "  gas: { profile")
            return try EdgeAgentProgram.run(["check", lab.description]).errors
        }
        let relay = "profile: waveshare/modbus-rtu-relay-d"
        let sensor = "profile: siemens/qfa3150-mo"
        let clean = try findings(
            "\(relay), parameters: { unit: 7, channel: 1 }", "\(relay), parameters: { unit: 7, channel: 2 }")
        #expect(!clean.contains("extra"), "\(clean)")
        let twice = try findings("\(sensor), parameters: { unit: 7 }", "\(sensor), parameters: { unit: 7 }")
        #expect(twice.contains("unit belongs to extra0 already"), "\(twice)")
        let mixed = try findings("\(sensor), parameters: { unit: 1 }", "\(relay), parameters: { unit: 2, channel: 1 }")
        #expect(mixed.contains("has other serial settings for extra0"), "\(mixed)")
    }

    @Test func `what is polled can be asked for while the agent runs, and afterwards`() async throws {
        let site = try await SimulatedSite(change: { lab in
            let sensors = ["room": 3, "box": 4].map { name, unit in
                "  \(name): { profile: siemens/qfa3150-mo, link: \"tty:///dev/serial/by-id/usb-485_example-if00\", "
                    + "parameters: { unit: \(unit) } }\n"
            }
            try lab.change("lab.yaml", "  gas: { profile", sensors.joined() + "  gas: { profile")
        })
        let agent = try site.startAgent()
        var readings: [JSONValue] = []
        let deadline = ContinuousClock.now + .seconds(60)
        while readings.count < 8, ContinuousClock.now < deadline {
            try #require(agent.isRunning, "\(agent.errors)")
            try await Task.sleep(for: .milliseconds(200))
            let ended = try site.ask("readings", "--json")
            if ended.status == 0 { readings = try JSONValue(parsing: ended.output).array ?? [] }
        }
        try #require(readings.count == 8, "\(readings)")
        for device in ["room", "box"] {
            let temperature = try #require(
                readings.first { $0["device"]?.string == device && $0["state"]?.string == "temperature" })
            #expect(temperature["value"]?.double == 21.5 && temperature["unit"]?.string == "°C")
            #expect(temperature["time"]?.string?.hasSuffix("Z") == true && temperature["error"]?.string == nil)
            #expect(temperature["missed"]?.integer == 0)
        }
        let table = try site.ask("readings", "room")
        #expect(table.output.contains("21.5 °C") && table.output.contains("good"), "\(table.output)\(table.errors)")
        #expect(try site.ask("readings", "nobody").status == 65)

        _ = try await agent.end(by: SIGTERM)
        let kept = try #require(try site.json("readings", "room").array)
        #expect(kept.count == 4)
        let humidity = try #require(kept.first { $0["state"]?.string == "humidity" })
        #expect(humidity["value"]?.double == 38 && humidity["unit"]?.string == "%")
    }
}
