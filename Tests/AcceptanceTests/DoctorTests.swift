import Foundation
import Protocols
import Site
import Testing

@Suite struct DoctorTests {
    private static func findings(_ ended: EdgeAgentProgram.Ended) throws -> [String: JSONValue] {
        let all = try #require(JSONValue(parsing: ended.output).array)
        return Dictionary(all.map { ($0["subject"]?.string ?? "", $0) }) { first, _ in first }
    }

    @Test func `a lab without devices, broker and password is told what is missing and what to do`() throws {
        let lab = try LabCopy()
        let ended = try EdgeAgentProgram.run(["doctor", "--config", lab.description, "--json"])
        #expect(ended.status == 78, "\(ended.errors)")
        let findings = try Self.findings(ended)
        #expect(findings["description"]?["verdict"] != "bad")
        #expect(findings["potentiostat"]?["verdict"] == "bad")
        #expect(findings["potentiostat"]?["detail"]?.string?.contains("is not plugged in") == true)
        #expect(findings["password file"]?["status"] == 78)
        #expect(findings["profiles"]?["verdict"] == "warning")
        #expect(findings["state directory"] != nil && findings["clock"] != nil && findings["udev rules"] != nil)
        for (subject, finding) in findings where finding["verdict"] != "good" {
            #expect(finding["mend"]?.string?.isEmpty == false, "\(subject)")
        }
    }

    @Test func `a description with errors is one finding, and the rest is looked at all the same`() throws {
        let lab = try LabCopy()
        try lab.change("lab.yaml", "lab: 1", "lab: 7")
        let ended = try EdgeAgentProgram.run(["doctor", "--config", lab.description, "--json"])
        #expect(ended.status == 78)
        let findings = try Self.findings(ended)
        #expect(findings["description"]?["mend"]?.string?.hasPrefix("edge-agent check ") == true)
        #expect(findings["serial devices"]?["verdict"] == "good")
    }

    @Test func `no password is ever printed`() throws {
        let lab = try LabCopy()
        let password = try lab.write("password", "correct-horse-battery")
        try lab.change("lab.yaml", "../../.state/asab-password", password)
        let ended = try EdgeAgentProgram.run(["doctor", "--config", lab.description])
        #expect(ended.status == 69, "\(ended.output)")
        #expect(ended.output.contains("others may read \(password)"))
        #expect(!(ended.output + ended.errors).contains("correct-horse-battery"))
    }

    @Test(.enabled(if: UsbWorld.isInstalled))
    func `what is plugged in is suggested by the most stable name that it has`() throws {
        let lab = try LabCopy()
        let usb = try UsbWorld()
        try usb.plug("ttyUSB0", socket: 1, serial: "A10K1XYZ", terminal: "/dev/null")
        try usb.plug("ttyUSB1", socket: 2, serial: "0001", terminal: "/dev/null")
        let verb = ["devices", "--suggest", "--config", lab.description]
        let ended = try EdgeAgentProgram.run(verb, environment: usb.environment)
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains(#"link: { usb: { serial: "A10K1XYZ" } }"#), "\(ended.output)")
        #expect(ended.output.contains(#"link: { usb: { path: "pci-0000:00:14.0-usb-0:1.2:1.0" } }"#), "\(ended.output)")
        #expect(ended.output.contains("its serial number is not its own"))
        // What is suggested can be pasted.
        try lab.change(
            "lab.yaml", #""tty:///dev/serial/by-id/usb-PalmSens_EmStat4_LR_example-if00""#,
            #"{ usb: { serial: "A10K1XYZ" } }"#)
        #expect(try EdgeAgentProgram.run(["check", lab.description]).status == 0)
        let used = try EdgeAgentProgram.run(verb, environment: usb.environment)
        #expect(used.output.contains("used by potentiostat"), "\(used.output)")
    }

    @Test(.enabled(if: UsbWorld.isInstalled))
    func `an instrument that is its own adapter is suggested with its profile, an adapter with none`() throws {
        let lab = try LabCopy()
        let usb = try UsbWorld()
        let descriptors = [
            ("palmsens/emstat4-lr", UsbWorld.Descriptor(vendor: "0483", model: "5740", product: "EmStat4")),
            ("sartorius/sbi-balance", .init(vendor: "24bc", model: "0010", product: "Entris II")),
            ("lake-shore/218", .init(vendor: "1fb9", model: "0200", product: "218A")),
            ("arduino/relay-board", .init(vendor: "2341", model: "0043", product: "Arduino Uno")),
            ("VENDOR/MODEL", .init(vendor: "0403", model: "6001", product: "FT232R USB UART")),
        ]
        for (index, one) in descriptors.enumerated() {
            try usb.plug(
                "ttyACM\(index)", socket: index + 1, serial: "A10K\(index)", terminal: "/dev/null", as: one.1)
        }
        let ended = try EdgeAgentProgram.run(
            ["devices", "--suggest", "--config", lab.description], environment: usb.environment)
        #expect(ended.status == 0, "\(ended.errors)")
        for (index, one) in descriptors.enumerated() {
            let line = #"NAME: { profile: \#(one.0), link: { usb: { serial: "A10K\#(index)" } } }"#
            #expect(ended.output.contains(line), "\(line) is not in\n\(ended.output)")
        }
    }

    @Test func `a link that names too little is refused with what to write`() throws {
        let lab = try LabCopy()
        try lab.change(
            "lab.yaml", #""tty:///dev/serial/by-id/usb-PalmSens_EmStat4_LR_example-if00""#, "{ usb: { interface: 0 } }")
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("name the adapter by `serial`, or the socket by `path` or `port`"))
    }
}
