import Foundation
import Protocols
import Site
import Testing

/// A shift at the console in a real browser, Debian's Chromium, with a simulated lab behind it.
@Suite struct ShiftTests {
    @Test(.enabled(if: ChromiumPeer.isInstalled))
    func `a question is answered on a phone and a bottle refilled at a desk, and nobody is kept out`() async throws {
        let site = try await SimulatedSite(speed: 200)
        _ = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"console.enrolment""#)
        try await agent.waits(for: #""title":"push "#)
        let run = try #require(site.json("runs")[0]?["id"]?.string)
        _ = try site.json("runs", "stop", run, "--by", "tester")
        try await agent.waits(for: #""event":"operator.asked""#)
        let events = try agent.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        let invitation = try #require(events.first { $0["event"] == "console.enrolment" })
        let url = try #require(events.first { $0["event"] == "console.ready" }?["url"]?.string)

        let found = try ChromiumPeer.workAShift(url, code: try #require(invitation["code"]?.string))
        #expect(found["violations"] == [])
        #expect(found["problems"] == [], "what the browser's console says")
        #expect(found["sideways"] == [], "pages wider than the screen")
        #expect(found["refilled"]?.string?.contains("50 mL") == true)

        let stock = try #require(site.json("stock")["places"]?.array)
        #expect(stock.first { $0["node"] == "Reservoir6" }?["volume_mL"] == 50)
        let answered = try #require(site.json("prompts", "list", "--all").array)
        #expect(answered.map { $0["answeredBy"] } == ["Ada"])
        let acts = try #require(site.json("audit").array).compactMap { $0["act"]?.string }
        for act in ["enrol", "answer prompt", "refill", "halt", "release"] { #expect(acts.contains(act)) }
        #expect(try site.ask("audit", "verify").status == 0)
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
    }
}

/// Playwright and axe-core, which look at the console as people and their aids do.
private enum ChromiumPeer {
    static let scripts = EdgeAgentProgram.root.appending(path: "Tests/Interop/browser")
    static let folder = EdgeAgentProgram.root.appending(path: ".tools/browser")

    /// Whether they are there; installs them once, and says on the console where they cannot be had.
    static let isInstalled: Bool = {
        let ended = try? Self.run("/bin/sh", [Self.scripts.appending(path: "install-peer.sh").path, Self.folder.path])
        guard ended?.status != 0 else { return true }
        print("The test in a browser is left out: \(ended?.output ?? "sh cannot be started")")
        return false
    }()

    /// - Returns: what was found; pictures of the pages lie in `.tools/browser/pages`.
    static func workAShift(_ url: String, code: String) throws -> JSONValue {
        let pages = Self.folder.appending(path: "pages")
        try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
        let ended = try Self.run(
            Self.folder.appending(path: "venv/bin/python").path,
            [Self.scripts.appending(path: "work_a_shift.py").path, url, code, pages.path])
        guard ended.status == 0 else { throw SiteFailure("the shift ended with \(ended.status): \(ended.output)") }
        return try JSONValue(parsing: ended.output)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
