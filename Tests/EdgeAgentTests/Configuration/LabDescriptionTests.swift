import DeviceKit
import DeviceProfiles
import EdgeAgent
import Foundation
import Methods
import Testing

@Suite struct LabDescriptionTests {
    @Test func `the example lab has no error`() throws {
        let lab = try LabDescription(
            contentsOf: BrokenLab.root.appending(path: "labs/asab/lab.yaml").path, now: BrokenLab.now)
        #expect(lab.configuration.cell.temperature.readAt == 1_795_464_000)
        let syringe = try #require(lab.model.syringes["A0.0"])
        #expect(abs(syringe.capacity.in(.millilitre) - 10) < 1e-3)
        #expect(abs(syringe.flowRange.upperBound.in(.millilitrePerSecond) - 1.055) < 1e-3)
        #expect(lab.configuration.fluidics.dry.repeats == 2)
        #expect(lab.configuration.fluidics.blowOut.open == .seconds(4))
    }

    @Test(arguments: BrokenLab.Change.ranges + BrokenLab.Change.nodes + BrokenLab.Change.devices)
    func `a broken description is found out at the offending value`(_ change: BrokenLab.Change) throws {
        let lab = try BrokenLab(change.old, change.new, at: change.offending)
        defer { lab.remove() }
        let findings = #expect(throws: SourceDiagnostics.self) { try lab.load() }
        let errors = findings?.errors ?? []
        #expect(
            errors.contains {
                $0.line == lab.line && $0.column == lab.column && $0.file.hasSuffix("lab.yaml")
                    && $0.message.contains(change.message)
            },
            "expected \(lab.line):\(lab.column): …\(change.message)…, found \(errors)")
        #expect(!errors.contains { $0.line == 1 && $0.column == 1 })
    }

    @Test(arguments: [
        ("Reservoir6,A0.0", "V1.0,A0.0", "V1.0", "“V1.0” is not a reservoir"),
        ("Reservoir6,A0.0", "Reservoir6,Z0.0", "Z0.0", "the tubing has no node “Z0.0”"),
        ("Reservoir6,A0.0", "Reservoir6,V1.0", "V1.0", "“V1.0” is not a pump"),
    ])
    func `a stock solution in the wrong place is found out in its row`(
        _ old: String, _ new: String, _ offending: String, _ message: String
    ) throws {
        let lab = try BrokenLab(old, new, at: offending, in: "stock-solutions.csv")
        defer { lab.remove() }
        let findings = #expect(throws: SourceDiagnostics.self) { try lab.load() }
        let errors = findings?.errors ?? []
        #expect(
            errors.contains {
                $0.line == lab.line && $0.column == lab.column && $0.file.hasSuffix("stock-solutions.csv")
                    && $0.message.contains(message)
            }, "expected \(lab.line):\(lab.column), found \(errors)")
    }

    @Test func `a reservoir whose tube is missing is found out as a way that does not exist`() throws {
        let lab = try BrokenLab("Reservoir6,", "Reservoir1,", at: "Reservoir1", in: "tubing.csv")
        defer { lab.remove() }
        let findings = #expect(throws: SourceDiagnostics.self) { try lab.load() }
        let errors = findings?.errors ?? []
        #expect(
            errors.contains { $0.message.contains("there is no way from Reservoir6 to A0.0") && $0.line == 2 },
            "\(errors)")
    }

    @Test func `one pass finds errors of values, of devices and of nodes`() throws {
        let lab = try BrokenLab("settle: 10 s", "settle: -1 s", at: "-1 s")
        defer { lab.remove() }
        let file = URL(filePath: lab.file)
        try String(contentsOf: file, encoding: .utf8)
            .replacing("waste: waste_1", with: "waste: vial_1").replacing("50066", with: "50065")
            .write(to: file, atomically: true, encoding: .utf8)
        let findings = #expect(throws: SourceDiagnostics.self) { try lab.load() }
        #expect(findings?.errors.count == 3, "\(findings?.errors ?? [])")
    }

    @Test func `a valve that no device drives is found out among the devices`() throws {
        let lab = try BrokenLab("  V10: {", "  V11: {", at: "V11")
        defer { lab.remove() }
        let findings = #expect(throws: SourceDiagnostics.self) { try lab.load() }
        #expect(findings?.errors.map(\.message) == ["devices: the tubing has a valve V10, but no device is called so"])
        #expect(findings?.errors.first.map(\.line) == lab.line - 15)
        #expect(findings?.all.contains { $0.severity == .warning && $0.line == lab.line } == true)
    }

    @Test func `delivering into vials without vials is found out`() throws {
        let lab = try BrokenLab("  vials: [vial_1", "  # vials: [vial_1", at: "vials")
        defer { lab.remove() }
        let findings = #expect(throws: SourceDiagnostics.self) { try lab.load() }
        #expect(findings?.errors.map(\.message).first?.contains("needs vials to deliver into") == true)
    }

    @Test func `a numbered serial device is allowed on demand`() throws {
        let lab = try BrokenLab(
            "\"tty:///dev/serial/by-id/usb-Arduino_LLC_Arduino_Uno_example-if00\"",
            "\"tty:///dev/ttyACM0\", allow-renumbering: true", at: "tty")
        defer { lab.remove() }
        #expect(try lab.load().configuration.devices.first { $0.name == "gas" }?.allowsRenumbering == true)
    }

    @Test func `a certificate is found from the description's folder`() throws {
        let lab = try BrokenLab("50066 }", "50066, certificate: lab.yaml }", at: "lab.yaml")
        defer { lab.remove() }
        let device = try lab.load().configuration.devices.first { $0.name == "V10" }
        #expect(device?.certificateFile?.hasSuffix("/lab.yaml") == true)
    }

    @Test(arguments: [
        ("slowest-piston: 0.001042 mm/s", "slowest-piston: 7 mm/s", "6.33 mm/s", "faster than slowest-piston"),
        ("fastest-piston: 6.33 mm/s", "fastest-piston: 6.33 m/s", "6.33 m/s", "unknown unit “m/s”"),
        (", fastest-piston: 6.33 mm/s", "", "{ slowest", "missing key “limits.fastest-piston”"),
        ("total: 10 s", "total: 0 s", "0 s", "above zero"),
        ("margin: 15 s }", "margin: 15 s, pauze: 1 s }", "pauze", "did you mean “pause”?"),
    ])
    func `a broken profile is found out`(
        _ old: String, _ new: String, _ offending: String, _ message: String
    ) throws {
        let file = BrokenLab.root.appending(path: "device-profiles/cetoni/nemesys-low-pressure.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains(old))
        let document = ConfigurationDocument(file: "profile.yaml")
        _ = DeviceProfile(parsing: text.replacing(old, with: new), in: document)
        #expect(
            document.diagnostics.contains { $0.message.contains(message) && $0.line > 1 }, "\(document.diagnostics)")
    }
}
