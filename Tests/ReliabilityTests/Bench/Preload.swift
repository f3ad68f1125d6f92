import Foundation
import Site

/// A library that kills the program it is preloaded into at a chosen commit to its journal.
struct Preload: Sendable {
    enum Moment: String, CaseIterable, Sendable {
        case before, after
    }

    private let library: String
    private let count: String

    /// Compiles it into a folder.
    init(in folder: URL) throws {
        self.library = folder.appending(path: "kill-at-commit.so").path
        self.count = folder.appending(path: "commits").path
        let source = EdgeAgentProgram.root.appending(path: "Tests/ReliabilityTests/Faults/KillAtCommit.c").path
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = [
            "cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", self.library, source, "-ldl",
        ]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw SiteFailure("cc does not compile \(source)") }
    }

    /// - Parameter commit: at which to kill, from 1; nil counts alone.
    func environment(killing moment: Moment = .after, at commit: Int? = nil) -> [String: String] {
        let others = ProcessInfo.processInfo.environment["LD_PRELOAD"].map { ":" + $0 } ?? ""
        var variables = ["LD_PRELOAD": self.library + others, "COMMIT_COUNT": self.count]
        if let commit {
            variables["KILL_AT_COMMIT"] = "\(commit)"
            variables["KILL_WHEN"] = moment.rawValue
        }
        return variables
    }

    /// Commits of the last program that ran with it.
    var commits: Int {
        (try? String(contentsOfFile: self.count, encoding: .utf8)).flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
