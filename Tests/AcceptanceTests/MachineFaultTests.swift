import Foundation
import Protocols
import Site
import Testing

/// The agent on a machine that lets it down: a full disk, a failing one, a clock that is set.
@Suite(.serialized) struct MachineFaultTests {
    @Test func `a run that is under way when the disk fills up ends well, and the next one waits for space`()
        async throws
    {
        let site = try await SimulatedSite()
        try FileManager.default.createDirectory(atPath: site.lab.state, withIntermediateDirectories: true)
        try #require(
            try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", site.lab.state]) == 0,
            "a small tmpfs cannot be mounted here; run as root")
        defer { _ = try? Self.run("/bin/umount", ["--lazy", site.lab.state]) }
        let first = try await site.postRequest()
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"step.begun""#)
        let ballast = site.lab.state + "/ballast"
        Self.fill(ballast)
        try await agent.waits(for: #""event":"run.finished""#)
        try await agent.waits(for: "disk space is short")
        let second = try await site.postRequest()
        try await agent.waits(for: #""event":"request.left-alone""#)
        let pending = try site.json("pending")
        #expect(pending["obstacle"]?.string?.contains("free space there") == true)
        #expect(pending["requests"]?.array?.first?["request"] == .string(second))
        try FileManager.default.removeItem(atPath: ballast)
        try await agent.waits(for: "there is enough disk space again")
        try await agent.waits(for: #""event":"request.taken","request":"\#(second)""#)
        #expect(agent.output.components(separatedBy: "disk space is short").count <= 3, "said once, and as a reason")
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
        let runs = try #require(try site.json("runs").array)
        #expect(runs.last { $0["request"] == .string(first) }?["state"] == "succeeded")
    }

    @Test func `after a failed fsync the agent stays, begins nothing, and says what to do`() async throws {
        let site = try await SimulatedSite()
        let library = try Self.preload("Tests/CStorageFaults/storage_faults.c", in: site.lab.folder)
        let trigger = site.lab.folder.appending(path: "fails").path
        let agent = try Self.start(
            site,
            ["LD_PRELOAD": library, "STORAGE_FAULTS_PATH": site.lab.state, "STORAGE_FAULTS_TRIGGER": trigger])
        try await agent.waits(for: #""event":"broker.reachable""#)
        try Data().write(to: URL(filePath: trigger))
        _ = try await site.postRequest()
        try await agent.waits(for: "storage failed: ")
        let obstacle = try #require(try site.json("pending")["obstacle"]?.string)
        #expect(obstacle.contains("start the agent again"), "\(obstacle)")
        #expect(!agent.output.contains(#""event":"step.begun""#))
        agent.process.terminate()
        let ended = try agent.ended()
        #expect(!ended.output.contains("run.finished"))
        try FileManager.default.removeItem(atPath: trigger)
        let next = try site.startAgent()
        try await next.waits(for: #""event":"request.taken""#)
        next.process.terminate()
        _ = try next.ended()
    }

    @Test func `steps of the clock are on record, and the work goes on`() async throws {
        let site = try await SimulatedSite()
        let clock = site.lab.folder.appending(path: "clock")
        func set(_ seconds: Int) throws { try Data("\(seconds)\n".utf8).write(to: clock, options: .atomic) }
        try set(0)
        let library = try Self.preload("Tests/Preload/clock_steps.c", in: site.lab.folder)
        let agent = try Self.start(site, ["LD_PRELOAD": library, "CLOCK_STEPS_FILE": clock.path])
        try await agent.waits(for: #""event":"broker.reachable""#)
        let first = try await site.postRequest()
        try await agent.waits(for: #""event":"step.begun""#)
        for (seconds, words) in [
            (2, "set forward by 2"), (-3600, "set back by 3602"), (-315_569_520, "set back by 315565920"),
            (946_708_560, "set forward by 1262278080"), (0, "set back by 946708560"),
        ] {
            try set(seconds)
            try await agent.waits(for: words)
        }
        try await agent.waits(for: #""event":"result.delivered""#)
        let second = try await site.postRequest()
        try await agent.waits(for: #""event":"request.taken","request":"\#(second)""#)
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
        let incidents = try #require(try site.json("incidents").array)
        #expect(incidents.count { $0["kind"] == "clock_step" } == 5)
        let runs = try #require(try site.json("runs").array)
        #expect(runs.contains { $0["request"] == .string(first) && $0["state"] == "succeeded" })
        let ids = runs.compactMap { $0["id"]?.string }
        #expect(ids == ids.sorted().reversed(), "newest first, whatever the clock said")
    }

    private static func start(
        _ site: SimulatedSite, _ environment: [String: String]
    ) throws -> EdgeAgentProgram.Started {
        var environment = environment
        if let others = ProcessInfo.processInfo.environment["LD_PRELOAD"], let own = environment["LD_PRELOAD"] {
            environment["LD_PRELOAD"] = "\(own):\(others)"
        }
        return try site.startAgent(environment: environment)
    }

    /// One of the tests' own libraries of faults.
    private static func preload(_ source: String, in folder: URL) throws -> String {
        let source = EdgeAgentProgram.root.appending(path: source).path
        let library = folder.appending(path: "faults.so").path
        try #require(
            try Self.run("/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", library, source]) == 0,
            "cc does not compile \(source)")
        return library
    }

    private static func fill(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        for size in [1 << 16, 1 << 12, 1] {
            let bytes = [UInt8](repeating: 0x55, count: size)
            while write(descriptor, bytes, size) == size {}
        }
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
