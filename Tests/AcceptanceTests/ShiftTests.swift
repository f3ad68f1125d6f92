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

        let found = try ChromiumPeer.run("work_a_shift.py", at: agent)
        #expect(found["refilled"]?.string?.contains("50 mL") == true)

        let stock = try #require(site.json("stock")["places"]?.array)
        #expect(stock.first { $0["node"] == "Reservoir6" }?["volume_mL"] == 50)
        let answered = try #require(site.json("prompts", "list", "--all").array)
        #expect(answered.map { $0["answeredBy"] } == ["Ada", "Ada", "Ada"])
        let acts = try #require(site.json("audit").array).compactMap { $0["act"]?.string }
        for act in ["enrol", "answer prompt", "refill", "calibrate", "halt", "release"] { #expect(acts.contains(act)) }
        #expect(try site.ask("audit", "verify").status == 0)
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
    }

    @Test(.enabled(if: ChromiumPeer.isInstalled))
    func `samples are carried and bottles refilled on a phone and at a desk, and once without JavaScript`() async throws
    {
        let site = try await SimulatedSite(speed: 200)
        _ = try site.lab.write("labs/asab/trays.svg", Self.sketch)
        try site.lab.change(
            "lab.yaml", "\nmethods:\n", "\nmethods:\n  transport/transport_service: { due: 4 h }\n")
        try site.lab.change(
            "lab.yaml", "broker:\n",
            "operators: { low-stock: 10 mL, pictures: { transport/transport_service: trays.svg } }\nbroker:\n")
        let requests = try await site.post((1...3).map(TransportSite.request(forVial:)))
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"console.enrolment""#)
        for _ in requests { try await agent.waits(for: #""event":"operator.asked""#) }
        for (bottle, volume) in [("Reservoir5", "4 mL"), ("Reservoir6", "3.5 mL")] {
            #expect(try site.ask("stock", "set", bottle, volume, "--by", "tester").status == 0)
        }
        _ = try ChromiumPeer.run("carry_and_refill.py", at: agent)

        let stock = try #require(site.json("stock")["places"]?.array)
        for bottle in ["Reservoir5", "Reservoir6"] {
            #expect(stock.first { $0["node"] == .string(bottle) }?["volume_mL"] == 50)
        }
        let answered = try #require(site.json("prompts", "list", "--all").array)
        #expect(answered.count == 5 && answered.allSatisfy { $0["answeredBy"] == "Ada" })
        for _ in requests { try await agent.waits(for: #""event":"result.delivered""#) }
        let results = try await site.results()
        let data = try requests.map { request in
            try #require(results.first { $0.result.requestUUID == request }?.result.data)
        }
        #expect(data.map { $0["success"] } == [true, true, false])
        #expect(data[0]["actual_new_location"] == ["address": "Lab 7", "detail_1": "Fridge"])
        #expect(data[1]["actual_new_location"] == ["address": "AutoBASS"])
        #expect(data[2]["details"]?["remark"] == "<script>alert(1)</script> it broke")
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
    }

    /// What a lab might draw for those who carry.
    private static let sketch = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 90" width="240" height="90" font-family="sans-serif">
        <rect width="240" height="90" fill="#fff"/><rect x="8" y="30" width="90" height="50" fill="none" stroke="#333"/>
        <text x="8" y="20" font-size="12">Dosing: vials 1 to 8</text>
        <g fill="#2f6db5"><circle cx="25" cy="45" r="7"/><circle cx="45" cy="45" r="7"/><circle cx="65" cy="45" r="7"/></g>
        <path d="M110 55h34m-8-6l8 6-8 6" fill="none" stroke="#333" stroke-width="2"/>
        <rect x="156" y="30" width="76" height="50" fill="none" stroke="#333"/><text x="156" y="20" font-size="12">Tray 7</text>
        </svg>
        """
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

    /// Has a script go through the console of an agent at which nobody has enrolled yet, and expects that it found nothing
    /// amiss.
    ///
    /// - Returns: what it tells besides; pictures of the pages lie in `.tools/browser/pages`.
    static func run(_ script: String, at agent: EdgeAgentProgram.Started) throws -> JSONValue {
        let events = try agent.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        let url = try #require(events.first { $0["event"] == "console.ready" }?["url"]?.string)
        let code = try #require(events.first { $0["event"] == "console.enrolment" }?["code"]?.string)
        let pages = Self.folder.appending(path: "pages")
        try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
        let ended = try Self.run(
            Self.folder.appending(path: "venv/bin/python").path,
            [Self.scripts.appending(path: script).path, url, code, pages.path])
        guard ended.status == 0 else { throw SiteFailure("\(script) ended with \(ended.status): \(ended.output)") }
        let found = try JSONValue(parsing: ended.output)
        #expect(found["violations"] == [])
        #expect(found["problems"] == [], "what the browser's console says")
        #expect(found["sideways"] == [], "pages wider than the screen")
        return found
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
