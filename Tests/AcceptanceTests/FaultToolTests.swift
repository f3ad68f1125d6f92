import Foundation
import Links
import Protocols
import Site
import Testing

/// `edge-agent proxy` and `edge-agent simulate --faults`: what fails is made to fail again, by programs alone.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FaultToolTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "faults-\(UUID().uuidString.prefix(8))")

    init() throws {
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String) throws -> String {
        let url = self.folder.appending(path: name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    /// A proxy and where it listens.
    private func proxy(_ arguments: String...) async throws -> (EdgeAgentProgram.Started, JSONValue) {
        let started = try EdgeAgentProgram.Started(
            ["proxy", "--from", "tcp://127.0.0.1:0", "--json"] + arguments)
        try await started.waits(for: "}\n")
        return (started, try JSONValue(parsing: started.output))
    }

    private func answer(to question: String, at endpoint: String?, count: Int) async throws -> String {
        let transport = try LinkEndpoint(parsing: try #require(endpoint)).transport()
        let channel = try await transport.open(within: .seconds(5))
        try await channel.write(Array(question.utf8))
        var answer: [UInt8] = []
        while answer.count < count { answer += try await channel.read(until: .now + .seconds(10)) }
        channel.close()
        return String(decoding: answer, as: UTF8.self)
    }

    @Test func `what passed a proxy is recorded, and played again without the device`() async throws {
        let server = try LineServer()
        let device = Task {
            while let channel = await server.accept() {
                while let bytes = try? await channel.read() {
                    try? await channel.write(bytes == Array("1_read\n".utf8) ? Array("0".utf8) : Array("what?".utf8))
                }
            }
        }
        let record = self.folder.appending(path: "record.jsonl").path
        let (proxy, told) = try await self.proxy(
            "--to", "\(server.endpoint)", "--fault", "double rate=1", "--seed", "7", "--record", record)
        #expect(told["seed"]?.string == "7" && told["faults"]?.array == ["double rate=1.0"])
        #expect(try await self.answer(to: "1_read\n", at: told["endpoint"]?.string, count: 2) == "00")
        #expect(try await proxy.end(by: SIGTERM).status == 0)
        device.cancel()
        server.close()

        let lines = try String(contentsOfFile: record, encoding: .utf8).split(separator: "\n").map {
            try JSONValue(parsing: String($0))
        }
        #expect(lines.first?["seed"]?.string == "7")
        let passed = lines.dropFirst().compactMap { line in
            line["place"]?.string.flatMap { place in line["bytes"]?.string.map { "\(place) \($0)" } }
        }
        #expect(passed == ["from-agent 315F726561640A", "to-device 315F726561640A", "from-device 30", "to-agent 3030"])

        let (replay, again) = try await self.proxy("--replay", record)
        #expect(try await self.answer(to: "1_read\n", at: again["endpoint"]?.string, count: 2) == "00")
        #expect(try await replay.end(by: SIGTERM).status == 0)
        let (other, endpoint) = try await self.proxy("--replay", record)
        #expect(try await self.answer(to: "2_read\n", at: endpoint["endpoint"]?.string, count: 2) == "00")
        let ended = try await other.end(by: SIGTERM)
        #expect(
            ended.errors.contains("the agent says “2_read\\x0A”, in the record it said “1_read\\x0A”"),
            "\(ended.errors)")
    }

    @Test func `a seed draws the same faults again, and what is drawn can be given as a schedule`() async throws {
        let arguments = ["--to", "tcp://127.0.0.1:1", "--draw", "6", "--within", "2s", "--seed"]
        var drawn: [[String]] = []
        for seed in ["9", "9", "10"] {
            let proxy = try EdgeAgentProgram.Started(
                ["proxy", "--from", "tcp://127.0.0.1:0", "--json"] + arguments + [seed])
            try await proxy.waits(for: "}\n")
            drawn.append(try JSONValue(parsing: proxy.output)["faults"]?.array?.compactMap(\.string) ?? [])
            #expect(try await proxy.end(by: SIGTERM).status == 0)
        }
        #expect(drawn[0].count == 6 && drawn[0] == drawn[1] && drawn[0] != drawn[2])
        let schedule = try self.write("schedule", drawn[0].joined(separator: "\n") + "\n")
        let (proxy, told) = try await self.proxy("--to", "tcp://127.0.0.1:1", "--schedule", schedule)
        #expect(told["faults"]?.array?.compactMap(\.string) == drawn[0])
        #expect(try await proxy.end(by: SIGTERM).status == 0)
    }

    @Test func `a proxy says what is wrong with what it was given`() throws {
        let from = ["proxy", "--from", "tcp://127.0.0.1:0"]
        for (arguments, word) in [
            ([], "--replay"), (["--to", "tcp://nowhere"], "port"),
            (["--to", "tcp://127.0.0.1:1", "--fault", "drop rate=2"], "probability"),
            (["--to", "tcp://127.0.0.1:1", "--draw", "3", "--fault", "down"], "one of"),
            (["--to", "tcp://127.0.0.1:1", "--draw", "3", "--within", "soon"], "--within"),
        ] as [([String], String)] {
            let ended = try EdgeAgentProgram.run(from + arguments)
            #expect(ended.status == 64 && ended.errors.contains(word), "\(arguments): \(ended.errors)")
        }
        let wrong = try self.write("wrong", "12ms drop\n")
        let schedule = try EdgeAgentProgram.run(from + ["--to", "tcp://127.0.0.1:1", "--schedule", wrong])
        #expect(schedule.status == 65 && schedule.errors.contains("is not like"), "\(schedule.errors)")
        let replay = try EdgeAgentProgram.run(from + ["--replay", wrong])
        #expect(replay.status == 65 && replay.errors.contains("line 1: expected"), "\(replay.errors)")
        #expect(try EdgeAgentProgram.run(from + ["--replay", "/nowhere/record"]).status == 74)
        let record = try EdgeAgentProgram.run(from + ["--to", "tcp://127.0.0.1:1", "--record", "/nowhere/record"])
        #expect(record.status == 74 && record.errors.contains("cannot be written"), "\(record.errors)")
    }

    @Test func `simulated devices misbehave by a plan, and say that they were told to`() async throws {
        let lab = try LabCopy()
        let plan = try self.write("plan", "# who does what\n0s A0 slips\n30s V1 lies  # sticks\n")
        let events = self.folder.appending(path: "events.jsonl").path
        let devices = try EdgeAgentProgram.Started([
            "simulate", "--lab", lab.description, "--speed", "100", "--json", "--events", events, "--faults", plan,
        ])
        let deadline = ContinuousClock.now + .seconds(30)
        var injected: [String] = []
        while injected.count < 2, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
            let lines = (try? String(contentsOfFile: events, encoding: .utf8))?.split(separator: "\n") ?? []
            injected = lines.compactMap { try? JSONValue(parsing: String($0)) }.filter { $0["kind"] == "injected" }
                .compactMap { $0["fault"]?.string }
        }
        let ended = try await devices.end(by: SIGTERM)
        #expect(ended.status == 0)
        #expect(injected.count == 2, "\(injected), \(ended.errors)")

        for (text, word) in [
            ("90s A0 lazes", "“90s A0 lazes” is not like"), ("nobody silent", "there is no device nobody; there are "),
            ("1s A0 hangs-up", "knows behaves, silent, lies, slips, overload, loses-power, not hangs-up"),
            ("densimeter lies", "never-warm, ball-sticks, half-file, foreign-file, not lies"),
        ] {
            let wrong = try self.write("wrong", text)
            let refused = try EdgeAgentProgram.run(["simulate", "--lab", lab.description, "--faults", wrong])
            #expect(refused.status == 65 && refused.errors.contains(word), "\(refused.errors)")
        }
    }
}
