import Foundation
import Site
import Testing

/// `edge-agent check`: each mistake by itself, and all of them together.
@Suite struct CheckTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        let file: String
        let original: String
        let replacement: String
        /// What the message says.
        let says: String
        var testDescription: String { "\(self.file): \(self.replacement)" }

        init(_ file: String, _ original: String, _ replacement: String, says: String) {
            self.file = file
            self.original = original
            self.replacement = replacement
            self.says = says
        }
    }

    static let inTheDescription = [
        Mistake("lab.yaml", "vial-volume: 10 mL", "vial-volum: 10 mL", says: "did you mean “vial-volume”?"),
        Mistake(
            "lab.yaml", "branch-prime: 0.12 mL", "branch-prime: 0.12 mK", says: "unknown unit “mK”; write one of mL"),
        Mistake("lab.yaml", "branch-prime: 0.12 mL", "branch-prime: 0.12", says: "has no unit"),
        Mistake("lab.yaml", "branch-prime: 0.12 mL", "branch-prime: -0.12 mL", says: "must be zero or more"),
        Mistake("lab.yaml", "amplitude: 10 mV", "amplitude: 10 K", says: "unknown unit “K”"),
        Mistake("lab.yaml", "value: 299.65 K", "value: .nan", says: "does not begin with a number"),
        Mistake("lab.yaml", "settle: 10 s", "settle: ten seconds", says: "does not begin with a number"),
        Mistake("lab.yaml", "repeats: 3\n", "repeats: three\n", says: "expected a whole number"),
        Mistake("lab.yaml", "tenant: 5c3a1b1e-", "tenant: ", says: "is not a UUID"),
        Mistake("lab.yaml", "url: http://", "url: ftp://", says: "must be http:// or https:// and a host"),
        Mistake("lab.yaml", "lab: 1", "lab: 2", says: "is not the one that this program reads"),
        Mistake("lab.yaml", "tcp://127.0.0.1:50052", "tcp://127.0.0.1:50051", says: "belongs to A0 already"),
        Mistake("lab.yaml", "tcp://127.0.0.1:50052", "tcp://127.0.0.1", says: "the port is missing"),
        Mistake("lab.yaml", "tcp://127.0.0.1:50052", "tty:///dev/ttyS0", says: "is reached over tcp"),
        Mistake("lab.yaml", "node: B0.0", "node: A0.0", says: "“A0.0” belongs to A0 already"),
        Mistake("lab.yaml", "node: B0.0", "node: B1.0", says: "the tubing has no node “B1.0”; for a pump there"),
        Mistake("lab.yaml", "relay: gas,", "relay: gaz,", says: "no device is called “gaz”"),
        Mistake("lab.yaml", "opens: ArdV_0_1", "opens: ArdV_0_2", says: "“ArdV_0_2” is no gas valve of the tubing"),
        Mistake("lab.yaml", "channel: 1", "channel: 9", says: "“9” must be 1 to 4"),
        Mistake("lab.yaml", "vials: [vial_1,", "vials: [vial_11,", says: "the tubing has no node “vial_11”"),
        Mistake("lab.yaml", "mixer: M1.0", "mixer: M7.0", says: "the tubing has no node “M7.0”"),
    ]

    static let inTheTables = [
        Mistake("chemicals.csv", "151.91", "about 150", says: "\"about 150\" is not a number"),
        Mistake("chemicals.csv", "151.91", "nan", says: "is not a finite number"),
        Mistake("chemicals.csv", "151.91", "\"151,91\"", says: "write a decimal point"),
        Mistake("chemicals.csv", "LiPF6,AXPLOJNSKRXQPA", "LiPF6,AXPLOJNSKRXQP", says: "InChIKey"),
        Mistake("chemicals.csv", "DMC,IEJIGPNLZYLLBP", "DMC,JBTWLSYIZRCDFO", says: "JBTWLSYIZRCDFO-UHFFFAOYSA-N"),
        Mistake("stock-solutions.csv", "Reservoir6,A0.0,1.288", "Reservoir6,A0.0,", says: "is blank"),
        Mistake("stock-solutions.csv", "Reservoir6,A0.0,1.288", "Reservoir6,A0.0,-1.288", says: "-1.288"),
        Mistake(
            "stock-solutions.csv", "d014e69d-248c-4d10-bfd4-f3b023a58246", "c7b65884-c3a1-49fd-a6f3-fd9b09580e9a",
            says: "c7b65884-c3a1-49fd-a6f3-fd9b09580e9a"),
        Mistake(
            "stock-solutions.csv", "mass_u_g:JBTWLSYIZRCDFO-UHFFFAOYSA-N,batch",
            "mass_u_g:JBTWLSYIZRCDFX-UHFFFAOYSA-N,batch",
            says: "JBTWLSYIZRCDFX"),
        Mistake("stock-solutions.csv", "60.1237,0.001,10.62", "60.1237,0.001,10.62,7", says: "cells, the header has"),
        Mistake("nodes.csv", "B0.0,pump,,,,stock", "A0.0,pump,,,,stock", says: "A0.0"),
        Mistake("nodes.csv", "pressurizedGas,gas", "pressurizedGas,gass", says: "gass"),
        Mistake("tubing.csv", "A0.0,V6.0,0500-NC-3", "A0.0,V6.0,0500-NC-333", says: "0500-NC-333"),
        Mistake("tubing.csv", "A0.0,V6.0,0500-NC-3", "A0.0,V66.0,0500-NC-3", says: "V66.0"),
        Mistake("tubing.csv", "B0.0,V5.0,0490-NC-6", "B0.0,V5.0,0500-NC-3", says: "0500-NC-3"),
        Mistake("edges.csv", "V1.0,V1.1,14.77", "V1.0,V1.1,long", says: "\"long\" is not a number"),
    ]

    @Test func `the example lab is good`() throws {
        let lab = try LabCopy()
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 0)
        #expect(ended.output.contains("19 devices, offers conductivity/two_electrode, electrolyte/flow"))
        #expect(ended.errors.isEmpty, "\(ended.errors)")
    }

    @Test(arguments: inTheDescription + inTheTables)
    func `a mistake is told with file, line and column`(_ mistake: Mistake) throws {
        let lab = try LabCopy()
        let line = try lab.change(mistake.file, mistake.original, mistake.replacement)
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        let place = "/\(mistake.file):\(line):"
        let found = ended.errors.split(separator: "\n").filter { $0.contains(mistake.says) && $0.contains(": error: ") }
        #expect(!found.isEmpty, "expected “\(mistake.says)” in:\n\(ended.errors)")
        // A mistake that shows at two places may be told at the other one.
        #expect(
            ended.errors.contains(place) || found.allSatisfy { $0.contains(".csv:") },
            "expected \(place) in:\n\(ended.errors)")
        #expect(!ended.errors.contains(":1:1: ") || line == 1, "a finding without its place:\n\(ended.errors)")
    }

    @Test func `two devices of one name are told at the first of them`() throws {
        let lab = try LabCopy()
        let line = try lab.change("lab.yaml", "  B0: {", "  A0: {") - 1
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("lab.yaml:\(line):3: error: duplicate key A0"), "\(ended.errors)")
    }

    @Test func `a text that is no YAML is told where it stops being so`() throws {
        let lab = try LabCopy()
        let line = try lab.change("lab.yaml", "  poll: 5 s\n", "  poll: [5\n")
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("lab.yaml:\(line + 2):"), "\(ended.errors)")
    }

    @Test func `a missing key is named with its section`() throws {
        let lab = try LabCopy()
        try lab.change("lab.yaml", "  waste: waste_1\n", "")
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("missing key “fluidics.waste”"), "\(ended.errors)")
    }

    @Test func `the mistakes of all files are told in one pass, in the order of their lines`() throws {
        let lab = try LabCopy()
        let mistakes = [
            ("lab.yaml", "vial-volume: 10 mL", "vial-volume: 10 K"), ("lab.yaml", "repeats: 3\n", "repeats: three\n"),
            ("chemicals.csv", "151.91", "x"), ("stock-solutions.csv", "1.288", "x"),
            ("nodes.csv", "pressurizedGas,gas", "p,gass"),
            ("edges.csv", "V1.0,V1.1,14.77", "V1.0,V1.1,x"), ("tubing.csv", "0500-NC-3\n", "x\n"),
        ]
        let places = try mistakes.map { file, original, replacement in
            "/\(file):\(try lab.change(file, original, replacement)):"
        }
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        for place in places { #expect(ended.errors.contains(place), "expected \(place) in:\n\(ended.errors)") }
    }

    @Test func `a file that is not there is named`() throws {
        let lab = try LabCopy()
        try lab.change("lab.yaml", "tubing: tubing.csv", "tubing: tubes.csv")
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        #expect(
            ended.errors.contains("tubes.csv cannot be opened: No such file or directory"),
            "\(ended.errors)")
    }

    @Test func `a profile that is not there is named`() throws {
        let lab = try LabCopy()
        try lab.change("lab.yaml", "gas: { profile: arduino/relay-board", "gas: { profile: arduino/relais")
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("arduino/relais"), "\(ended.errors)")
    }

    @Test func `warnings alone are shown and end well`() throws {
        let lab = try LabCopy()
        try lab.change("nodes.csv", "V1.3,valve port,V1,3,unused,", "V1.3,valve port,V1,3,,")
        let ended = try EdgeAgentProgram.run(["check", lab.description])
        #expect(ended.status == 0)
        #expect(ended.errors.contains("warning: no tube leads to port V1.3"), "\(ended.errors)")
        #expect(ended.output.contains("; 1 warning\n"))
    }

    @Test func `scripts get the findings as one object`() throws {
        let lab = try LabCopy()
        let line = try lab.change("lab.yaml", "repeats: 3\n", "repeats: three\n")
        let ended = try EdgeAgentProgram.run(["check", lab.description, "--json"])
        #expect(ended.status == 78)
        #expect(ended.errors.isEmpty)
        let report = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        #expect(report?["good"] as? Bool == false)
        let finding = try #require((report?["findings"] as? [[String: Any]])?.first)
        #expect(finding["line"] as? Int == line)
        #expect(finding["severity"] as? String == "error")
    }
}
