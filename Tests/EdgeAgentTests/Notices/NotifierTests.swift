import Foundation
import Methods
import Protocols
import Site
import Store
import Synchronization
import Testing

@testable import EdgeAgent

/// Telling people, by a webhook that fails and by programs that hang.
@Suite struct NotifierTests {
    private let folder: StateFolder
    init() throws { self.folder = try StateFolder() }

    @Test
    func `a webhook that fails is tried again, the program is not run twice for it, and each question is told once`()
        async throws
    {
        let answers = Mutex(["500 Internal Server Error", "302 Found\r\nlocation: http://127.0.0.1:1/"])
        let hook = try await FaultyProxy { _ in
            let status = answers.withLock { $0.isEmpty ? "204 No Content" : $0.removeFirst() }
            return .answer("HTTP/1.1 \(status)\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        }
        let serving = Task { try await hook.run() }
        defer { serving.cancel() }
        let program = self.folder.path + "/told"
        try "token-1\n".write(toFile: self.folder.path + "/token", atomically: true, encoding: .utf8)
        let journal = try self.folder.journal()
        let notices = Mutex<[String]>([])
        let notifier = Notifier(
            journal: journal,
            settings: .init(
                webhook: hook.url + "/hook", tokenFile: self.folder.path + "/token",
                command: ["/bin/sh", "-c", "cat >> \(program)"]),
            lab: "lab-7"
        ) { event in notices.withLock { $0.append(event.name) } }
        let telling = Task { try await notifier.run() }
        defer { telling.cancel() }
        let question = Question(text: "Empty the waste?", choices: [.init(answer: "done", meaning: "it is empty")])
        let prompt = try await journal.ask(JSONValue(encoding: question))
        try await self.until { try await journal.prompt(prompt)?.notices == 1 }
        #expect(hook.seen.count == 3)
        let seen = try #require(hook.seen.last)
        #expect(seen.line.hasPrefix("POST /hook "))
        #expect(seen.headers.lowercased().contains("authorization: bearer token-1"))
        let body = try JSONValue(parsing: seen.body)
        #expect(body["event"] == "prompt.asked" && body["lab"] == "lab-7")
        #expect(body["prompt"]?["id"] == .string("\(prompt)"))
        let told = try String(contentsOfFile: program, encoding: .utf8)
        #expect(told == body.text() + "\n", "the program reads the same, once")
        #expect(notices.withLock { $0 } == ["notice"], "a failure is told once")
        try await journal.answer(prompt, "done", by: "tester")
        let next = try await journal.ask(JSONValue(encoding: question))
        try await self.until { try await journal.prompt(next)?.notices == 1 }
        #expect(hook.seen.count == 4)
    }

    @Test func `a program that fails, is missing, hangs or does not read is told as such, and ended`() async throws {
        for (words, says) in [
            (["/bin/sh", "-c", "exit 3"], "/bin/sh ended with 3"), (["/no/such/program"], "No such file"),
            (["/bin/sleep", "600"], "ended with 137"),
        ] {
            let error = await #expect(throws: NoticeCommand.Failure.self) {
                try await NoticeCommand(words, limit: .milliseconds(300)).run(["text": "x"])
            }
            #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
        }
        let long = JSONValue.string(String(repeating: "x", count: 1 << 20))
        try await NoticeCommand(["/bin/true"]).run(long)
    }

    @Test func `a program is given neither devices nor locks of the agent`() async throws {
        let journal = try self.folder.journal()
        let list = self.folder.path + "/descriptors"
        try await NoticeCommand(["/bin/sh", "-c", "ls -l /proc/self/fd > \(list)"]).run([:])
        let open = try String(contentsOfFile: list, encoding: .utf8)
        #expect(!open.contains("journal.sqlite") && !open.contains("lock"), "\(open)")
        try await journal.close()
    }

    private func until(_ isTrue: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isTrue() {
            guard ContinuousClock.now < deadline else { throw SiteFailure("it did not come about within 60 s") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
