import Foundation
import Testing

@testable import Demo

@Suite struct ChildProgramTests {
    @Test func `a child ends when the pipe on its standard input closes`() async throws {
        let child = try ChildProgram("cat", executable: "/bin/cat", arguments: [], log: "/dev/null")
        await child.end()
        #expect(await child.codeAtEnd() == 0)
    }

    @Test func `a child that does not want to end is ended by force`() async throws {
        let child = try Self.shell("echo ready; while :; do sleep 0.05; done")
        #expect(await child.lines.first { _ in true } == "ready")
        await child.end(patience: .milliseconds(50))
        #expect(await child.codeAtEnd() == 128 + SIGKILL)
    }

    @Test func `lines come as they are printed and the code at the end`() async throws {
        let child = try Self.shell("echo one; printf 'two\\nthree'; exit 7")
        var lines: [String] = []
        for await line in child.lines { lines.append(line) }
        #expect(lines == ["one", "two"])
        #expect(await child.codeAtEnd() == 7)
        await child.end()
    }

    @Test func `standard error goes to the log`() async throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "child-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: log) }
        let child = try ChildProgram("sh", executable: "/bin/sh", arguments: ["-c", "echo trouble >&2"], log: log.path)
        #expect(await child.codeAtEnd() == 0)
        #expect(try String(contentsOf: log, encoding: .utf8) == "trouble\n")
    }

    @Test func `a program that is not there is told`() {
        #expect(throws: DemonstrationFailure.self) {
            try ChildProgram("nothing", executable: "/nowhere/nothing", arguments: [], log: "/dev/null")
        }
    }

    private static func shell(_ script: String) throws -> ChildProgram {
        try ChildProgram("sh", executable: "/bin/sh", arguments: ["-c", script], log: "/dev/null")
    }
}
