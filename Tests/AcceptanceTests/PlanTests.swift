import Foundation
import Site
import Testing

/// `edge-agent plan`: what would be done, and why not.
@Suite struct PlanTests {
    static let lithiumSalt =
        #"{"chemical": {"SMILES": "[Li+].F[P-](F)(F)(F)(F)F", "InChIKey": "AXPLOJNSKRXQPA-UHFFFAOYSA-N"}, "fraction": 0.09, "fraction_type": "molPerMol"}"#
    static let ethyleneCarbonate =
        #"{"chemical": {"SMILES": "C1COC(=O)O1", "InChIKey": "KMTRUDSVKNLOMY-UHFFFAOYSA-N"}, "fraction": 0.31, "fraction_type": "molPerMol"}"#
    static let ethylMethylCarbonate =
        #"{"chemical": {"SMILES": "CCOC(=O)OC", "InChIKey": "JBTWLSYIZRCDFO-UHFFFAOYSA-N"}, "fraction": 0.6, "fraction_type": "molPerMol"}"#
    static let formulation = "[\n\(lithiumSalt),\n\(ethyleneCarbonate),\n\(ethylMethylCarbonate)]"
    static let parameters = #"{"formulation": \#(formulation), "temperature": 299.65}"#
    static let short = #"{"quantity": "conductivity", "method": "two_electrode", "parameters": \#(parameters)}"#
    static let asTheBrokerShowsIt = """
        {"uuid": "2f9d3b4e-6f0c-4a5e-9a53-3b8d0e5a7c11", "ctime": "2026-11-23T20:17:23.809421", "status": "pending",
         "request": {"quantity": "conductivity", "methods": ["two_electrode"],
          "parameters": {"two_electrode": \(parameters)}, "tenant_uuid": "5c3a1b1e-6f1d-4f0e-9d55-2f7d3a7c9a10"}}
        """

    let lab: LabCopy
    init() throws { self.lab = try LabCopy() }

    @Test func `a plan shows steps, times and what it takes, and leaves nothing behind`() throws {
        let ended = try self.plan(Self.short)
        #expect(ended.status == 0)
        #expect(ended.output.contains("measure the impedance, 3 of 3"))
        #expect(ended.output.contains("Takes "))
        #expect(ended.output.contains("from Reservoir6"))
        #expect(ended.output.contains("rinse and dry the cell"))
        #expect(ended.errors.isEmpty, "\(ended.errors)")
        #expect(!FileManager.default.fileExists(atPath: self.lab.state))
    }

    @Test func `the request may be as the broker shows it, from a file, and the plan as JSON`() throws {
        let file = try self.lab.write("request.json", Self.asTheBrokerShowsIt)
        let ended = try EdgeAgentProgram.run(["plan", file, "--config", self.lab.description, "--json"])
        #expect(ended.status == 0, "\(ended.errors)")
        let plan = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
        #expect(plan["request"] as? String == "2f9d3b4e-6f0c-4a5e-9a53-3b8d0e5a7c11")
        let steps = try #require(plan["steps"] as? [[String: Any]])
        #expect(steps.contains { $0["kind"] as? String == "collect" && $0["repeatable"] as? Bool == false })
        let seconds = steps.compactMap { $0["seconds"] as? Double }.reduce(0, +)
        #expect(abs(seconds - (plan["seconds"] as? Double ?? 0)) < 1e-6)
        #expect((plan["consumption_mL"] as? [String: Double])?["Reservoir6"] ?? 0 > 0)
    }

    @Test func `a vial is filled with what was asked for`() throws {
        let ended = try self.plan(
            #"{"quantity": "electrolyte", "method": "flow", "parameters": {"electrolyte": {"formulation": \#(Self.formulation)}, "volume": 4.2}}"#
        )
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("4.2 mL into vial_1"))
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let original: String
        let replacement: String
        let says: String
        var testDescription: String { self.says }
    }

    @Test(arguments: [
        Refusal(original: "0.31,", replacement: "0.3,", says: "fractions sum to 0.99, not to 1"),
        Refusal(original: "JBTWLSYIZRCDFO-", replacement: "XBTWLSYIZRCDFO-", says: "XBTWLSYIZRCDFO-UHFFFAOYSA-N"),
        Refusal(original: "JBTWLSYIZRCDFO-", replacement: "IEJIGPNLZYLLBP-", says: "DMC"),
        Refusal(original: "0.09,", replacement: "-0.09,", says: "-0.09"),
        Refusal(original: "0.09,", replacement: "\"much\",", says: "each component needs"),
        Refusal(
            original: "0.09, \"fraction_type\": \"molPerMol\"", replacement: "0.09, \"fraction_type\": \"percent\"",
            says: "percent"),
        Refusal(original: "299.65", replacement: "320", says: "320"),
        Refusal(
            original: "two_electrode", replacement: "four_electrode",
            says: "it offers conductivity/two_electrode, electrolyte/flow"),
    ])
    func `a request that cannot be served ends with 65 and the reason`(_ refusal: Refusal) throws {
        let ended = try self.plan(Self.short.replacingOccurrences(of: refusal.original, with: refusal.replacement))
        #expect(ended.status == 65)
        #expect(ended.output.isEmpty)
        #expect(ended.errors.contains(refusal.says), "expected “\(refusal.says)” in:\n\(ended.errors)")
    }

    @Test func `a mixture out of reach is refused with the nearest one named`() throws {
        let rich = Self.short.replacingOccurrences(of: "0.09,", with: "0.15,").replacingOccurrences(
            of: "0.6,", with: "0.54,")
        let ended = try self.plan(rich, "--json")
        #expect(ended.status == 65)
        #expect(ended.output.contains(#""refused":"unservable""#))
        #expect(ended.errors.contains("nearest reachable"), "\(ended.errors)")
    }

    @Test(arguments: [
        ("{\n  \"quantity\": NaN}", "standard input:2:15: expected a value"),
        ("not JSON", "standard input:1:1:"), ("{\"quantity\": \"conductivity\"", "standard input:1:28:"),
        ("[]", "has no text “quantity”"),
        (#"{"quantity": "conductivity"}"#, "neither “methods” [name] nor “method”"),
        (#"{"quantity": "conductivity", "method": "two_electrode"}"#, "has no “parameters”"),
        ("", "standard input:1:1:"),
    ])
    func `a text that is no request is told with its place`(text: String, says: String) throws {
        let ended = try self.plan(text)
        #expect(ended.status == 65)
        #expect(ended.errors.contains(says), "expected “\(says)” in:\n\(ended.errors)")
    }

    @Test func `a fraction that is not a number is refused where it stands`() throws {
        let ended = try self.plan(Self.short.replacingOccurrences(of: "0.09,", with: "NaN,"))
        #expect(ended.status == 65)
        #expect(ended.errors.contains("standard input:2:"), "\(ended.errors)")
    }

    @Test func `a request file that is not there is an input error`() throws {
        let ended = try EdgeAgentProgram.run(["plan", "/nowhere/request.json", "--config", self.lab.description])
        #expect(ended.status == 74)
        #expect(ended.errors.contains("/nowhere/request.json"), "\(ended.errors)")
    }

    private func plan(_ request: String, _ options: String...) throws -> EdgeAgentProgram.Ended {
        try EdgeAgentProgram.run(["plan", "-", "--config", self.lab.description] + options, input: request)
    }
}
