import DeviceDrivers
import DeviceKit
import Links
import Synchronization
import Testing

/// What goes on the wire before it is known who answers: transcripts.
@Suite(.timeLimit(.minutes(1))) struct MethodScriptIdentificationTests {
    private static let version = "tes4_lr1500#Mar 12 2026 14:28:01\nR*\n"
    private static let serial = "iES4LR20B0008\n"

    @Test func `nothing is said on a new line but the questions who is there`() async throws {
        let line = try Transcript(["t\n": [Self.version], "i\n": [Self.serial]])
        let identity = try await line.potentiostat.identify()
        #expect(identity.serialNumber == "ES4LR20B0008" && identity.firmware == "1.500")
        #expect(line.heard == ["t\n", "i\n"])
        line.close()
    }

    @Test func `half a line that was left behind is ended by asking again`() async throws {
        let line = try Transcript(["t\n": ["f!0003\n"], "\nt\n": ["\n" + Self.version], "i\n": [Self.serial]])
        #expect(try await line.potentiostat.identify().serialNumber == "ES4LR20B0008")
        #expect(line.heard == ["t\n", "\nt\n", "i\n"])
        line.close()
    }

    @Test func `a script that runs is waited for and not aborted`() async throws {
        let points = "Pdc8030D40 ;cc8000000 ;cd8000000 \nt!0006\n+\n*\n\n"
        let line = try Transcript(["t\n": [points, Self.version], "i\n": [Self.serial]])
        #expect(try await line.potentiostat.identify().serialNumber == "ES4LR20B0008")
        #expect(line.heard == ["t\n", "t\n", "i\n"])
        line.close()
    }

    @Test func `a script that goes on makes the instrument busy, and only a stop aborts it`() async throws {
        let line = try Transcript(
            ["t\n": ["t!0006\n"], "\nZ\n": ["Z\n\n"], "e\ncell_off\n\n": ["e\n\n"]], patience: .milliseconds(300))
        let error = await MethodScriptPotentiostatTests.error { try await line.potentiostat.identify() }
        #expect(error?.code == .busy && error?.detail == "it runs a script")
        #expect(line.heard.allSatisfy { $0 == "t\n" })
        let asked = line.heard.count
        try await line.potentiostat.stop()
        #expect(line.heard.dropFirst(asked) == ["t\n", "\nZ\n", "e\ncell_off\n\n"])
        line.close()
    }

    @Test func `somebody who speaks something else is not told to stop`() async throws {
        let line = try Transcript(["t\n": ["?\r\n"], "\nt\n": ["?\r\n?\r\n"]])
        let error = await MethodScriptPotentiostatTests.error { try await line.potentiostat.stop() }
        #expect(error?.code == .garbled && error?.detail.contains("?") == true, "\(error.map { "\($0)" } ?? "stopped")")
        #expect(line.heard == ["t\n", "\nt\n", "\nt\n"])
        line.close()
    }
}

/// The other end of a line: what it hears is kept, and answered from a list, the last answer again and again.
private final class Transcript: Sendable {
    let potentiostat: MethodScriptPotentiostat
    private let server: LineServer
    private let words = Mutex<[String]>([])

    init(_ answers: [String: [String]], patience: Duration = .seconds(5)) throws {
        let server = try LineServer()
        self.server = server
        let timeouts = LinkTimeouts(firstByte: .milliseconds(400), total: .seconds(5))
        self.potentiostat = MethodScriptPotentiostat(
            name: "potentiostat", endpoint: server.endpoint,
            options: MethodScriptOptions(timeouts: timeouts, abort: patience))
        Task { [weak self] in
            var answers = answers
            while let channel = await server.accept() {
                while let bytes = try? await channel.read() {
                    let word = String(decoding: bytes, as: UTF8.self)
                    self?.words.withLock { $0.append(word) }
                    guard let answer = answers[word]?.first else { continue }
                    if answers[word]?.count ?? 0 > 1 { answers[word]?.removeFirst() }
                    try? await channel.write(Array(answer.utf8))
                }
            }
        }
    }

    var heard: [String] { self.words.withLock { $0 } }

    func close() { self.server.close() }
}
