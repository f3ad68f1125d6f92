import Foundation
import Protocols
import Site
import Testing

/// People who carry samples, from the request at the broker to its result there.
@Suite(.serialized) struct TransportTests {
    @Test func `requests become questions, and their answers results, also across a kill and without an agent`()
        async throws
    {
        let site = try await TransportSite()
        let requests = try await site.post(3)
        let agent = try site.startAgent()
        for _ in requests { try await agent.waits(for: #""event":"operator.asked""#) }
        try await Self.until { try site.json("prompts").array?.count == 3 }
        kill(agent.process.processIdentifier, SIGKILL)
        agent.process.waitUntilExit()

        var prompts = try #require(site.json("prompts").array)
        for (vial, answer) in [
            (1, ["done"]), (2, ["elsewhere", "address=Lab 7", "detail_1=Fridge"]),
            (3, ["impossible", "remark=it broke"]),
        ] {
            let prompt = try #require(prompts.first { $0["text"]?.string?.contains("vial_\(vial) ") == true })
            let id = try #require(prompt["id"]?.string)
            let shown = try site.ask("prompts", "show", id)
            #expect(shown.output.contains("address="), "\(shown.output)")
            // The first while no agent runs.
            let verb = try EdgeAgentProgram.run(
                ["prompts", "answer", id] + answer + ["--by", "Mona", "--config", site.description])
            #expect(verb.status == 0, "\(verb.errors)")
            let late = try site.ask("prompts", "answer", id, "done", "--by", "Paul")
            #expect(late.status == 65 && late.errors.contains("was answered by Mona"), "\(late.errors)")
        }
        let next = try site.startAgent()
        try await Self.until { try await site.results().count == 3 }
        let results = try await site.results()
        let data = try requests.map { try #require(results[$0]) }
        #expect(data.map { $0["success"] } == [true, true, false])
        #expect(data[0]["actual_new_location"] == ["address": "AutoBASS"])
        #expect(data[1]["actual_new_location"] == ["address": "Lab 7", "detail_1": "Fridge"])
        #expect(data[2]["actual_new_location"] == ["address": "Lab 7", "detail_1": "Dosing", "detail_2": "vial_3"])
        #expect(data.allSatisfy { $0["executant"] == "Mona" })

        // More come while it runs, and none waits for another.
        let more = try await site.post(2)
        try await Self.until { try site.json("prompts").array?.count == 2 }
        prompts = try #require(site.json("prompts").array)
        let last = try #require(prompts.last?["id"]?.string)
        #expect(try site.ask("prompts", "answer", last, "done").status == 0)
        try await Self.until { try await site.results().count == 4 }
        #expect(try site.json("pending")["obstacle"] == nil)
        let open = try #require(
            try site.json("runs").array?.first { $0["state"] == "awaiting operator" }?["id"]?.string)
        #expect(try site.ask("runs", "abandon", open).status == 0)
        next.process.terminate()
        #expect(try next.ended().status == 0)
        #expect(try await Set(site.results().keys).intersection(more).count == 1)
    }

    @Test func `in a simulation somebody carries the samples`() async throws {
        let site = try await TransportSite()
        let simulation = try EdgeAgentProgram.Started(["simulate", "--lab", site.description, "--speed", "200"])
        let agent = try site.startAgent()
        let requests = try await site.post(4)
        try await Self.until { try await site.results().count == 4 }
        let results = try await site.results()
        #expect(Set(results.keys) == Set(requests))
        #expect(results.values.allSatisfy { $0["executant"] == "simulated operator" })
        simulation.process.terminate()
        #expect(try simulation.ended().status == 0, "\(simulation.errors)")
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
    }

    @Test func `people are told by a program, again as long as it waits, and of no answered question`() async throws {
        let site = try await TransportSite()
        let notices = site.path("notices.jsonl")
        let description = try String(contentsOfFile: site.description, encoding: .utf8)
        try (description + "\noperators: { notify: { command: [/bin/sh, -c, \"cat >> \(notices)\"], again: 10 s } }\n")
            .write(toFile: site.description, atomically: true, encoding: .utf8)
        #expect(try EdgeAgentProgram.run(["check", site.description]).status == 0)
        _ = try await site.post(1)
        let agent = try site.startAgent()
        func told() throws -> [JSONValue] {
            let text = (try? String(contentsOfFile: notices, encoding: .utf8)) ?? ""
            return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        }
        try await Self.until { try told().count == 2 }
        #expect(try told().map { $0["event"] } == ["prompt.asked", "prompt.waiting"])
        let first = try #require(try told().first)
        #expect(first["text"]?.string?.hasPrefix("transport: Carry the sample of request ") == true)
        #expect(first["prompt"]?["choices"]?.array?.count == 3)
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
        // A restart tells nothing twice.
        let next = try site.startAgent()
        try await next.waits(for: #""event":"operator.asked""#)
        let id = try #require(site.json("prompts")[0]?["id"]?.string)
        #expect(try site.ask("prompts", "answer", id, "done").status == 0)
        try await next.waits(for: #""event":"result.delivered""#)
        #expect(try told().count == 2)
        next.process.terminate()
        #expect(try next.ended().status == 0)
    }

    @Test func `the chat's clients serve transports, each heard as itself, whatever the others do`() async throws {
        let port = try ChatClient.freePort()
        let site = try await TransportSite("chat: { listen: \"127.0.0.1:\(port)\", password-file: chat-password }")
        try "secret\n".write(toFile: site.path("chat-password"), atomically: true, encoding: .utf8)
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)

        // One that says nothing keeps nobody waiting, and one that leaves takes nobody along.
        let silent = try ChatClient(port: port)
        let wrong = try ChatClient(port: port)
        try wrong.waits(for: "_Password")
        wrong.send("guess")
        try wrong.waits(for: " - You are not authorized to join the chat.")
        do {
            let gone = try ChatClient(port: port)
            try gone.join("Gone")
        }
        let mona = try ChatClient(port: port)
        try mona.join("Mona")
        let paul = try ChatClient(port: port)
        try paul.waits(for: "_Password")
        paul.send("secret")
        try paul.waits(for: "_Name")
        paul.send("Mona")
        try paul.waits(for: " - This name is already in use. Please try again with a different one.")
        paul.send("Paul")
        try paul.waits(for: " - Welcome Paul!")
        try mona.waits(for: " - New memeber in the chat: Paul\n")

        let requests = try await site.post(2)
        for request in requests {
            for one in [mona, paul] {
                try one.waits(for: "Pending request with ID \(request) is waiting for transport.\n")
            }
        }
        mona.send("%DONE;nonsense")
        try mona.waits(for: "No request nonsense waits for transport; nothing was posted.\n")
        mona.send("50 % done")
        try paul.waits(for: "Mona: 50 % done\n")
        paul.send("%DONE;\(requests[0]);{\"address\": \"Lab 7\", \"detail_1\": \"Fri")
        // The rest of it comes when it comes.
        paul.send("dge\"}")
        try mona.waits(for: " - Request \(requests[0]) was answered by Paul (chat).\n")
        try mona.waits(for: " - Posted result for request \(requests[0]).\n")

        // A client that comes later reads what still waits; an answer from elsewhere is told, too.
        paul.send("bye #exit")
        #expect(paul.isEnded())
        try mona.waits(for: " - Paul left.\n")
        let late = try ChatClient(port: port)
        try late.join("Late")
        try late.waits(for: "STILL PENDING: \n\n Pending request with ID \(requests[1]) is waiting for transport.\n")
        late.send("%FAILED;\(requests[1])")
        try mona.waits(for: " - Posted result for request \(requests[1]).\n")

        let results = try await site.results()
        #expect(results.count == 2)
        #expect(results[requests[0]]?["executant"] == "Paul (chat)")
        #expect(results[requests[0]]?["actual_new_location"] == ["address": "Lab 7", "detail_1": "Fridge"])
        #expect(results[requests[1]]?["executant"] == "Late (chat)")
        #expect(results[requests[1]]?["success"] == false)
        // Who guesses on and on is refused whatever it says, and takes nothing from those who are in.
        for guess in 1...8 {
            let guessing = try ChatClient(port: port)
            try guessing.waits(for: "_Password")
            guessing.send("guess \(guess)")
            try guessing.waits(for: " - You are not authorized to join the chat.")
        }
        let right = try ChatClient(port: port)
        try right.waits(for: "_Password")
        right.send("secret")
        try right.waits(for: " - You are not authorized to join the chat.")
        mona.send("still here")
        try mona.waits(for: "still here")
        _ = silent
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
    }

    @Test(arguments: [
        (
            "chat: { listen: \"0.0.0.0:51718\", password-file: x }",
            "clear text; listen on 127.0.0.1, or write `insecure: true`"
        ),
        ("chat: { listen: 51718, password-file: x }", "must be an address and a port"),
        ("operators: { notify: { again: 5 min } }", "tells nobody"),
        ("operators: { notify: { command: [tell] } }", "must begin with the full path"),
        ("operators: { notify: { command: [/etc/passwd] } }", "is no program that can be run"),
        ("operators: { notify: { webhook: \"ftp://x\" } }", "must be http:// or https:// and a host"),
        ("operators: { notify: { webhook: \"http://x\", again: 1 s } }", "10 s to 7 d"),
        ("operators: { low-stock: 10 mL }", "without effect in a lab without liquids"),
        ("operators: { pictures: { transport: a.png } }", "the lab asks nothing about “transport”"),
        ("operators: { pictures: { transport/transport_service: lab.yaml } }", "is neither PNG, JPEG nor SVG"),
        ("operators: { pictures: { transport/transport_service: missing.png } }", "cannot be opened"),
        ("operators: { notfy: {} }", "did you mean “notify”?"),
    ])
    func `check finds what is wrong with how people are asked`(lines: String, says: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let example = try String(
            contentsOf: EdgeAgentProgram.root.appending(path: "labs/transport/lab.yaml"), encoding: .utf8)
        let file = folder.appending(path: "lab.yaml")
        try (example + "\n" + lines + "\n").write(to: file, atomically: true, encoding: .utf8)
        let ended = try EdgeAgentProgram.run(["check", file.path])
        #expect(ended.status == 78)
        #expect(ended.errors.contains(says), "expected “\(says)” in:\n\(ended.errors)")
    }

    @Test func `a lab of people is described without devices, and its plan is one question`() throws {
        let lab = EdgeAgentProgram.root.appending(path: "labs/transport/lab.yaml").path
        let check = try EdgeAgentProgram.run(["check", lab])
        #expect(check.status == 0)
        #expect(
            check.output.contains("lab transport: 0 devices, offers transport/transport_service"), "\(check.output)")
        let plan = try EdgeAgentProgram.run(
            ["plan", "-", "--config", lab],
            input:
                #"{"quantity": "transport", "method": "transport_service", "parameters": {"origin": {"address": "A"}, "destination": {"address": "B"}}}"#
        )
        #expect(plan.status == 0)
        #expect(plan.output.contains("carry the sample from A to B"), "\(plan.output)")
    }

    /// Waits for what other processes do.
    private static func until(_ isTrue: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isTrue() {
            guard ContinuousClock.now < deadline else { throw SiteFailure("it did not come about within 60 s") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
