import EdgeAgent
import Foundation
import Protocols
import Site
import Testing

/// What operators do to an agent, seen from their terminal.
@Suite(.serialized) struct AgentAtWorkTests {
    @Test func `an agent that is not to wait ends for want of devices, and names them`() throws {
        let lab = try LabCopy()
        let ended = try EdgeAgentProgram.run(["run", "--no-wait", "--config", lab.description])
        #expect(ended.status == 69)
        for device in ["A0", "V10", "gas", "potentiostat"] {
            #expect(ended.errors.contains("\(device): "), "\(device) in:\n\(ended.errors)")
        }
        let devices = try EdgeAgentProgram.run(["devices", "--config", lab.description, "--json"])
        #expect(devices.status == 69)
        let reports = try #require(JSONValue(parsing: devices.output).array)
        #expect(reports.count == 19)
        #expect(reports.allSatisfy { $0["error"]?.string?.isEmpty == false })
    }

    @Test func `an instrument that is switched on late is waited for, and then the lab is at work`() async throws {
        let site = try await SimulatedSite()
        let real = try LinkList(contentsOf: site.links).links
        let port = try #require(real["potentiostat"]).replacing("tty://", with: "")
        let late = site.lab.folder.appending(path: "late").path
        _ = try site.lab.write("links.jsonl", site.devices.output.replacing("tty://\(port)", with: "tty://\(late)"))
        let request = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"device.absent""#)
        #expect(agent.output.contains("potentiostat"))
        let pending = try site.json("pending")
        #expect(pending["obstacle"]?.string?.hasPrefix("no answer yet from potentiostat: switch") == true, "\(pending)")
        try FileManager.default.createSymbolicLink(atPath: late, withDestinationPath: port)
        try await agent.waits(for: #""event":"request.taken""#)
        try await agent.waits(for: #""event":"result.delivered""#)
        #expect(agent.output.contains(request))
        #expect(try await agent.end(by: SIGTERM).status == 0)
    }

    @Test func `a halt without an agent tells what it could not reach, and holds the lab`() throws {
        let lab = try LabCopy()
        // An agent that ends for want of devices leaves its journal.
        _ = try EdgeAgentProgram.run(["run", "--no-wait", "--config", lab.description])
        let halt = try EdgeAgentProgram.run(["halt", "--config", lab.description, "--by", "tester"])
        #expect(halt.status == 69)
        #expect(halt.errors.contains("NOT STOPPED gas: "), "\(halt.errors)")
        let pending = try EdgeAgentProgram.run(["pending", "--config", lab.description])
        #expect(pending.status == 0)
        #expect(pending.output.contains("The lab takes nothing: halted by tester at "), "\(pending.output)")
        #expect(try EdgeAgentProgram.run(["halt", "--release", "--config", lab.description]).status == 0)
        #expect(try EdgeAgentProgram.run(["halt", "--release", "--config", lab.description]).status == 65)
    }

    @Test func `verbs work on what an agent left behind`() throws {
        let lab = try LabCopy()
        _ = try EdgeAgentProgram.run(["run", "--no-wait", "--config", lab.description])
        #expect(try EdgeAgentProgram.run(["runs", "--config", lab.description]).output == "No run yet.\n")
        #expect(try EdgeAgentProgram.run(["outbox", "--config", lab.description]).output == "No result.\n")
        let verified = try EdgeAgentProgram.run(["outbox", "verify", "--config", lab.description])
        #expect(verified.output == "0 results, 0 damaged.\n")
        let unknown = "01a20b14-d1e1-7000-832c-f095ea0afca6"
        for verb in [["runs", "show", unknown], ["runs", "abandon", unknown], ["outbox", "retry", unknown]] {
            let ended = try EdgeAgentProgram.run(verb + ["--config", lab.description])
            #expect(ended.status == 65)
            #expect(ended.errors.contains("there is no r"), "\(ended.errors)")
        }
        let nonsense = try EdgeAgentProgram.run(["runs", "show", "seven", "--config", lab.description])
        #expect(nonsense.status == 65)
        #expect(nonsense.errors.contains("“seven” is not the id of a run; see `edge-agent runs list`"))
        let state = try EdgeAgentProgram.run(["outbox", "list", "--only", "lost", "--config", lab.description])
        #expect(state.status == 65)
        #expect(state.errors.contains("write one of ready, sending"))
    }

    @Test func `a run is halted through the socket, held across a restart, and released`() async throws {
        let site = try await SimulatedSite()
        let request = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"step.begun""#)
        #expect(try site.json("runs")[0]?["state"] == "running")
        #expect(try site.json("devices").array?.count == 19)

        let second = try site.ask("run")
        #expect(second.status == 69)
        #expect(second.errors.contains("uses this state directory"), "\(second.errors)")

        let halt = try site.json("halt", "--by", "tester")
        #expect(halt["stopped"]?.array?.count == 19)
        #expect(halt["failures"] == [])
        try await agent.waits(for: #""event":"run.failed""#)
        let run = try #require(site.json("runs")[0])
        #expect(halt["runs"] == [run["id"] ?? .null])
        #expect(run["state"] == "stopped")
        #expect(run["request"] == .string(request))
        #expect(run["reason"]?.string?.hasPrefix("halted by tester at ") == true)
        #expect(try site.json("runs", "show", #require(run["id"]?.string))["steps"]?.array?.isEmpty == false)

        agent.process.terminate()
        let ended = try agent.ended()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try site.json("pending")["obstacle"]?.string?.hasPrefix("halted by tester") == true)

        _ = try await site.postRequest()
        let next = try site.startAgent()
        try await next.waits(for: #""event":"request.left-alone""#)
        #expect(next.output.contains("look at the lab, then `edge-agent halt --release`"))
        #expect(try site.ask("halt", "--release").status == 0)
        try await next.waits(for: #""event":"request.taken""#)
        next.process.interrupt()
        #expect(try next.ended().status == 130)
    }

    @Test func `a run whose agent was killed goes on when an operator says so, and has one result`() async throws {
        let site = try await SimulatedSite()
        let request = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""title":"fill "#)
        kill(agent.process.processIdentifier, SIGKILL)
        agent.process.waitUntilExit()
        #expect(try site.json("runs")[0]?["state"] == "running")

        let next = try site.startAgent()
        try await next.waits(for: #""event":"operator.asked""#)
        let run = try #require(site.json("runs")[0])
        let id = try #require(run["id"]?.string)
        #expect(run["state"] == "awaiting operator")
        #expect(try site.json("pending")["obstacle"]?.string?.contains("edge-agent prompts") == true)
        let prompt = try #require(site.json("prompts")[0])
        #expect(prompt["run"] == .string(id))
        #expect(prompt["choices"]?.array?.compactMap { $0["answer"]?.string } == ["resume", "abandon"])

        #expect(try site.json("runs", "resume", id, "--by", "tester")["answeredBy"] == "tester")
        try await next.waits(for: #""event":"run.resumed""#)
        try await next.waits(for: #""event":"result.delivered""#)
        #expect(try await site.resultCount(for: request) == 1)
        let steps = try #require(site.json("runs", "show", id)["steps"]?.array)
        #expect(steps.allSatisfy { $0["state"] == "done" })
        next.process.terminate()
        #expect(try next.ended().status == 0)
    }

    @Test func `a run is stopped, and goes on later`() async throws {
        let site = try await SimulatedSite()
        let request = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""title":"push "#)
        let id = try #require(site.json("runs")[0]?["id"]?.string)
        #expect(try site.json("runs", "stop", id, "--by", "tester")["run"]?["id"] == .string(id))
        try await agent.waits(for: #""event":"operator.asked""#)
        #expect(try site.json("runs", "show", id)["run"]?["reason"] == "stopped by tester")
        let prompt = try #require(site.json("prompts")[0]?["id"]?.string)
        #expect(try site.ask("prompts", "answer", prompt, "maybe").status == 65)
        #expect(try site.json("prompts", "answer", prompt, "resume")["state"] == "answered")
        try await agent.waits(for: #""event":"result.delivered""#)
        #expect(try await site.resultCount(for: request) == 1)
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
    }

    @Test func `a run that is given up frees the lab, and its request is not begun again`() async throws {
        let site = try await SimulatedSite()
        _ = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""title":"fill "#)
        kill(agent.process.processIdentifier, SIGKILL)
        agent.process.waitUntilExit()
        let other = try await site.postRequest()
        let next = try site.startAgent()
        try await next.waits(for: #""event":"operator.asked""#)
        let id = try #require(site.json("runs")[0]?["id"]?.string)
        #expect(try site.json("runs", "abandon", id)["run"]?["state"] == "failed")
        try await next.waits(for: #""event":"request.taken""#)
        #expect(try site.json("runs")[0]?["request"] == .string(other))
        next.process.terminate()
        #expect(try next.ended().status == 0)
    }

    @Test func `an agent whose broker is down says so once, and goes on`() async throws {
        let site = try await SimulatedSite()
        site.broker.process.terminate()
        _ = try site.broker.ended()
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"broker.lost""#)
        #expect(try site.json("runs") == [])
        agent.process.terminate()
        let ended = try agent.ended()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.components(separatedBy: "broker.lost").count == 2)
        #expect(
            ended.output.split(separator: "\n").allSatisfy { (try? JSONValue(parsing: String($0)))?["event"] != nil })
    }
}
