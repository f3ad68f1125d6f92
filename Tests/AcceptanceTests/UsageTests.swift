import Site
import Testing

/// Help, and command lines that are not understood.
@Suite struct UsageTests {
    @Test func `help names every verb and the exit codes`() throws {
        let ended = try EdgeAgentProgram.run(["--help"])
        #expect(ended.status == 0)
        for verb in [
            "run", "check", "plan", "halt", "runs", "pending", "outbox", "devices", "simulate", "broker", "demo",
        ] {
            #expect(ended.output.contains("\n  \(verb) "), "\(verb)")
        }
        #expect(ended.output.contains("78 bad configuration"))
    }

    @Test(arguments: [
        ["run"], ["check"], ["plan"], ["halt"], ["runs", "list"], ["runs", "show"], ["runs", "abandon"], ["pending"],
        ["outbox", "list"], ["outbox", "retry"], ["outbox", "export"], ["outbox", "verify"], ["devices"],
    ])
    func `every verb has help and speaks JSON`(verb: [String]) throws {
        let ended = try EdgeAgentProgram.run(verb + ["--help"])
        #expect(ended.status == 0)
        #expect(ended.output.contains("USAGE: edge-agent \(verb.joined(separator: " "))"))
        #expect(ended.output.contains("--json"))
    }

    @Test(arguments: [
        ["dance"], ["check"], ["run", "--config", "x", "--speed", "0"],
        ["run", "--config", "x", "--speed", "nan"], ["run", "--config", "x", "--speed", "5"],
        ["run", "--config", "x", "--broker", "localhost"], ["runs", "show"], ["runs", "list", "--limit", "0"],
        ["outbox", "retry"],
        ["halt", "--now"],
    ])
    func `a command line that is not understood ends with 64 and says so on standard error`(arguments: [String]) throws
    {
        let ended = try EdgeAgentProgram.run(arguments)
        #expect(ended.status == 64)
        #expect(ended.output.isEmpty)
        #expect(ended.errors.contains("Error: "))
    }

    @Test func `a verb that cannot know its lab asks for it`() throws {
        let ended = try EdgeAgentProgram.run(["runs"], environment: ["EDGE_AGENT_CONFIG": "/nowhere/lab.yaml"])
        #expect(ended.status == 78)
        #expect(ended.errors.contains("/nowhere/lab.yaml:1:1: error: cannot be opened"), "\(ended.errors)")
    }

    @Test func `a state directory without a journal is an input error, and is not made`() throws {
        let lab = try LabCopy()
        let ended = try EdgeAgentProgram.run(["runs", "--config", lab.description])
        #expect(ended.status == 74)
        #expect(ended.errors.contains("holds no journal"), "\(ended.errors)")
        #expect(try EdgeAgentProgram.run(["pending", "--state", lab.state]).status == 74)
    }
}
