import Foundation
import Protocols
import Site
import Testing

/// Where the console is served and where not, who is let in first, and the trail of what people do.
@Suite struct ConsoleStartTests {
    @Test(arguments: ["0.0.0.0:8443", "192.0.2.7:8443", "\"[::]:8443\""])
    func `beyond this machine it needs TLS, or the agent does not start`(address: String) throws {
        let lab = try LabCopy()
        let line = try lab.change("lab.yaml", "broker:\n", "console: { listen: \(address) }\nbroker:\n")
        let checked = try EdgeAgentProgram.run(["check", lab.description])
        #expect(checked.status == 78)
        #expect(checked.errors.contains("lab.yaml:\(line):"), "\(checked.errors)")
        #expect(checked.errors.contains("passwords must not go in clear text"), "\(checked.errors)")
        #expect(try EdgeAgentProgram.run(["run", "--config", lab.description]).status == 78)
    }

    @Test func `an address on the command line is held to the same`() throws {
        let lab = try LabCopy()
        let ended = try EdgeAgentProgram.run(["run", "--config", lab.description, "--console", "0.0.0.0:0"])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("without TLS"), "\(ended.errors)")
        #expect(try EdgeAgentProgram.run(["run", "--config", lab.description, "--console", "here"]).status == 64)
    }

    @Test(arguments: [
        ("console: { listen: 8080, port: 1 }", "port"), ("console: { listen: here }", "is no address and port"),
        ("console: { tls: { certificate: a, key: b } }", "listen"),
        ("console: { listen: 127.0.0.1:8080, tls: { certificate: a } }", "key"),
    ])
    func `a mistake in its section is named`(section: String, says: String) throws {
        let lab = try LabCopy()
        try lab.change("lab.yaml", "broker:\n", "\(section)\nbroker:\n")
        let checked = try EdgeAgentProgram.run(["check", lab.description])
        #expect(checked.status == 78)
        #expect(checked.errors.contains(says), "\(checked.errors)")
    }

    @Test func `users are invited, changed and removed without an agent, and every act is in the trail`() throws {
        let lab = try LabCopy()
        let users = { (arguments: [String]) in
            try EdgeAgentProgram.run(["users"] + arguments + ["--config", lab.description])
        }
        let invited = try users(["invite", "bob", "--role", "viewer", "--by", "ada", "--json"])
        #expect(invited.status == 0, "\(invited.errors)")
        let code = try #require(JSONValue(parsing: invited.output)["code"]?.string)
        #expect(code.contains(/^([A-Z2-9]{5}-){3}[A-Z2-9]{5}$/))
        #expect(try users([]).output.hasPrefix("Nobody yet"))
        #expect(try users(["role", "bob", "engineer"]).status == 65, "not enrolled yet")
        #expect(try users(["remove", "bob"]).status == 65)
        #expect(try users(["invite", "bob", "--role", "king"]).status == 64)
        let verified = try EdgeAgentProgram.run(["audit", "verify", "--config", lab.description, "--json"])
        #expect(verified.status == 0)
        #expect(try JSONValue(parsing: verified.output)["entries"] == 1)
        let trail = try EdgeAgentProgram.run(["audit", "--config", lab.description, "--json"])
        #expect(try JSONValue(parsing: trail.output)[0]?["person"] == "ada")
        #expect(!trail.output.contains(code))
    }
}
