import Foundation
import Links
import Synchronization
import Testing
import Trials

@Suite(.serialized, .timeLimit(.minutes(1))) struct TranscriptTests {
    private static let header = Transcript.Header(
        device: "tcp://10.0.0.7:49152", seed: .max, faults: ["0.0ms+300.0ms drop rate=0.01"])

    @Test func `what passes is recorded and read again, a cut last line left out`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "record-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recorder = try TranscriptRecorder(creating: path, Self.header)
        for (number, place) in ProxyTraffic.Place.allCases.enumerated() {
            recorder.tap(ProxyTraffic(connection: number + 1, place, Array(0...UInt8(number * 80))))
        }
        #expect(recorder.failure == nil)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let transcript = try Transcript(parsing: text)
        #expect(transcript.header == Self.header)
        #expect(transcript.entries.map(\.place) == ProxyTraffic.Place.allCases)
        #expect(transcript.entries.map(\.connection) == [1, 2, 3, 4])
        #expect(transcript.entries.last?.bytes == Array(0...240))
        #expect(try Transcript(parsing: String(text.dropLast(30))).entries == transcript.entries.dropLast())
    }

    @Test(arguments: [
        ("", 1), ("{}\n", 1), ("{\"device\": \"x\", \"seed\": \"1\", \"faults\": []}\nhello\n", 2),
        (
            "{\"device\": \"x\", \"seed\": \"1\", \"faults\": []}\n"
                + "{\"at\": 0, \"connection\": 1, \"place\": \"to-agent\", \"bytes\": \"0\"}\n", 2
        ),
        (
            "{\"device\": \"x\", \"seed\": \"1\", \"faults\": []}\n"
                + "{\"at\": -1, \"connection\": 1, \"place\": \"to-agent\", \"bytes\": \"00\"}\n", 2
        ),
        (
            "{\"device\": \"x\", \"seed\": \"1\", \"faults\": []}\n"
                + "{\"at\": 1, \"connection\": 0, \"place\": \"to-agent\", \"bytes\": \"00\"}\n", 2
        ),
    ])
    func `what is no record is refused with its line`(_ text: String, _ line: Int) {
        let error = #expect(throws: Transcript.Invalid.self) { try Transcript(parsing: text) }
        #expect(error?.description.hasPrefix("line \(line): expected") == true, "\(error?.description ?? "")")
    }

    @Test func `an agent is given again what it was given, without the device and without chance`() async throws {
        let device = try Echo(onTerminal: false)
        let entries = Mutex<[Transcript.Entry]>([])
        let start = ContinuousClock.now
        let proxy = FaultProxy(to: device.endpoint.transport(), seed: 5) { one in
            let entry = Transcript.Entry(one.instant - start, connection: one.connection, one.place, one.bytes)
            entries.withLock { $0.append(entry) }
        }
        let endpoint = try await proxy.listen()
        try await proxy.set([LinkFault(.corrupt(rate: 0.2)), LinkFault(.double(rate: 0.2), .upstream)])
        let questions = (0..<10).map { "question \($0)\n" }
        let first = try await Self.answers(to: questions, at: endpoint)
        #expect(first != questions.map { Array($0.utf8) }, "the line was to be a noisy one")
        await proxy.shutDown()
        device.shutDown()

        let remarks = Mutex<[String]>([])
        let transcript = Transcript(Self.header, entries.withLock { $0 })
        let replayed = try ReplayedDevice(transcript) { remark in remarks.withLock { $0.append(remark) } }
        #expect(try await Self.answers(to: questions, at: replayed.endpoint) == first)
        #expect(remarks.withLock { $0 }.allSatisfy { $0.contains("come to its end") })
        // The second connection is not in the record; the device of a third may be told something else.
        let other = try ReplayedDevice(transcript) { remark in remarks.withLock { $0.append(remark) } }
        #expect(try await Self.answers(to: ["QUESTION 0\n"], at: other.endpoint) == [first[0]])
        #expect(remarks.withLock { $0 }.contains { $0.contains("the agent says “QUESTION 0\\x0A”") })
        replayed.shutDown()
        other.shutDown()
    }

    @Test func `a fault that was drawn can be written, and the same seed draws the same`() throws {
        let rounds = Rounds(count: 500, seed: 3)
        var (random, again) = (rounds.random, rounds.random)
        for _ in 0..<rounds.count {
            let fault = LinkFault.drawn(using: &random)
            #expect(LinkFault.drawn(using: &again) == fault, "\(rounds)")
            #expect("\(try LinkFault(parsing: "\(fault)"))" == "\(fault)", "\(rounds)")
        }
    }

    /// What comes for each question until it has been echoed as often as it will be.
    private static func answers(to questions: [String], at endpoint: LinkEndpoint) async throws -> [[UInt8]] {
        let channel = try await endpoint.transport().open(within: .seconds(2))
        var answers: [[UInt8]] = []
        for question in questions {
            try await channel.write(Array(question.utf8))
            var answer: [UInt8] = []
            while let bytes = try? await channel.read(until: .now + .milliseconds(answer.isEmpty ? 5000 : 60)) {
                answer += bytes
            }
            answers.append(answer)
        }
        channel.close()
        return answers
    }
}
