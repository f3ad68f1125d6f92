import Foundation
import Protocols
import Site
import Testing

/// `edge-agent check` of profiles, and `edge-agent device`, with simulated devices that only a profile describes.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DescribedDeviceTests {
    @Test func `profiles and labs are checked together, folders with all in them`() throws {
        let lab = try LabCopy()
        let profiles = lab.folder.appending(path: "device-profiles").path
        let good = try EdgeAgentProgram.run(["check", profiles, lab.description])
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.contains("JULABO circulator: thermostat, 4 states, 3 actions, not tried on hardware"))
        #expect(good.output.contains("lab asab: "))
        let wrong = try lab.write("wrong.yaml", "profile: 1\nvendor: Example\nmodell: X\n")
        let ended = try EdgeAgentProgram.run(["check", wrong, profiles])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("\(wrong):3:1: error: unknown key “modell”; did you mean “model”?"))
        #expect(ended.errors.contains("\(wrong):1:1: error: missing key “family”"))
        let json = try EdgeAgentProgram.run(["check", wrong, "--json"])
        #expect(try JSONValue(parsing: json.output)["good"]?.bool == false)
    }

    @Test func `the schema of profiles can be had`() throws {
        let ended = try EdgeAgentProgram.run(["check", "--schema"])
        #expect(ended.status == 0)
        #expect(try JSONValue(parsing: ended.output)["properties"]?["family"]?["enum"]?.array?.isEmpty == false)
        #expect(try EdgeAgentProgram.run(["check"]).status == 64)
    }

    @Test func `a described device is simulated, read and told what to do`() async throws {
        let lab = try LabCopy()
        try lab.change(
            "lab.yaml", "devices:\n",
            """
            devices:
              bath: { profile: huber/pilot, link: tcp://127.0.0.1:8101, parameters: { hottest: 60 °C } }
              inside: { profile: lake-shore/218, link: "tty:///dev/serial/by-id/usb-monitor-if00", channel: 2 }
              outside: { profile: lake-shore/218, link: "tty:///dev/serial/by-id/usb-monitor-if00", channel: 3 }

            """)
        try lab.change(
            "lab.yaml",
            "temperature: { value: 299.65 K, uncertainty: 0.1 K, read: 2026-11-23T20:00:00Z, max-age: 400 d }",
            "temperature: { from: inside, expected: 299.65 K, uncertainty: 0.1 K }")
        let devices = try EdgeAgentProgram.Started(
            ["simulate", "--lab", lab.description, "--speed", "100", "--json"])
        try await devices.waits(for: "potentiostat\"")
        try await devices.waits(for: "}\n")
        let links = try lab.write("links.jsonl", devices.output)
        let device = { (arguments: [String]) in
            try EdgeAgentProgram.run(["device"] + arguments + ["--config", lab.description, "--links", links])
        }

        let read = try device(["bath", "read", "setpoint", "running", "--json"])
        try #require(read.status == 0, "\(read.errors)")
        let values = try JSONValue(parsing: read.output)
        #expect(values["setpoint"]?["value"]?.double == 20 && values["setpoint"]?["unit"]?.string == "°C")
        #expect(values["running"]?["value"]?.string == "off")

        let done = try device(["bath", "do", "set-temperature", "temperature=35.5 °C"])
        #expect(done.status == 0 && done.output == "bath: set-temperature is done.\n", "\(done.errors)")
        #expect(try device(["bath", "read", "setpoint"]).output.contains("35.5  °C"))
        // The limit of this lab, not of the model.
        let hot = try device(["bath", "do", "set-temperature", "temperature=61 °C"])
        #expect(hot.status == 69 && hot.errors.contains("is outside 5 °C to 60 °C"), "\(hot.errors)")
        for wrong in [["temperature=61 K/s"], ["temp=20 °C"], ["temperature=much"]] {
            #expect(try device(["bath", "do", "set-temperature"] + wrong).status == 65)
        }
        #expect(try device(["bath", "do", "dance"]).status == 65)
        #expect(try device(["A0", "read"]).status == 65)

        // Two inputs of one monitor share its line; the one in the cell is as warm as the simulated cell.
        #expect(try device(["inside", "read", "--json"]).output.contains("26.5"))
        #expect(try device(["outside"]).output.contains("state  temperature"))
        devices.process.interrupt()
        _ = try devices.ended()
    }
}
