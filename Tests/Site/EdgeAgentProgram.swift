package import Foundation

/// The built program, run as users run it.
package enum EdgeAgentProgram {
    package struct Ended: Sendable {
        /// The exit code, or the signal that ended it.
        package let status: Int32
        package let wasKilled: Bool
        package let output: String
        package let errors: String
    }

    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The one that `EDGE_AGENT_PROGRAM` names, or that beside the tests' own executable.
    package static let url: URL = {
        if let named = ProcessInfo.processInfo.environment["EDGE_AGENT_PROGRAM"] { return URL(filePath: named) }
        let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "edge-agent")
        return FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : Self.root.appending(path: ".build/debug/edge-agent")
    }()

    /// Runs it to its end.
    package static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> Ended {
        let started = try Started(arguments, input: input, environment: environment)
        return try started.ended()
    }

    /// A program at work, with what it prints in files.
    package final class Started: Sendable {
        package let process = Process()
        private let folder: URL

        /// - Parameter launcher: a program with its arguments that runs the command it is given, `prlimit` for example.
        package init(
            _ arguments: [String], input: String = "", environment: [String: String] = [:], launcher: [String] = []
        ) throws {
            self.folder = FileManager.default.temporaryDirectory.appending(path: "edge-agent-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
            for name in ["output", "errors"] { try Data().write(to: self.folder.appending(path: name)) }
            try Data(input.utf8).write(to: self.folder.appending(path: "input"))
            let words = launcher + [EdgeAgentProgram.url.path] + arguments
            self.process.executableURL = URL(filePath: words[0])
            self.process.arguments = Array(words.dropFirst())
            self.process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            let ends = (
                input: try FileHandle(forReadingFrom: self.folder.appending(path: "input")),
                output: try FileHandle(forWritingTo: self.folder.appending(path: "output")),
                errors: try FileHandle(forWritingTo: self.folder.appending(path: "errors"))
            )
            self.process.standardInput = ends.input
            self.process.standardOutput = ends.output
            self.process.standardError = ends.errors
            try self.process.run()
            // Otherwise they stay open as long as this value, and more than a thousand crash Foundation.
            for end in [ends.input, ends.output, ends.errors] { try end.close() }
        }

        deinit {
            if self.process.isRunning { self.process.terminate() }
            try? FileManager.default.removeItem(at: self.folder)
        }

        package var isRunning: Bool { self.process.isRunning }
        package var output: String { self.text("output") }
        package var errors: String { self.text("errors") }

        /// What it has printed since the last call with the same `offset`.
        package func output(since offset: inout UInt64) throws -> String {
            let file = try FileHandle(forReadingFrom: self.folder.appending(path: "output"))
            defer { try? file.close() }
            try file.seek(toOffset: offset)
            let bytes = try file.readToEnd() ?? Data()
            offset += UInt64(bytes.count)
            return String(decoding: bytes, as: UTF8.self)
        }

        package func ended() throws -> Ended {
            self.process.waitUntilExit()
            return self.whatItLeft
        }

        /// Ends it by a signal, or lets it come to its end, and returns when it has ended.
        ///
        /// - Throws: if it has not within `limit`.
        @discardableResult
        package func end(by signal: Int32? = nil, within limit: Duration = .seconds(60)) async throws -> Ended {
            if let signal, self.process.isRunning { kill(self.process.processIdentifier, signal) }
            let deadline = ContinuousClock.now + limit
            while self.process.isRunning {
                guard ContinuousClock.now < deadline else {
                    kill(self.process.processIdentifier, SIGKILL)
                    throw SiteFailure("it did not end within \(limit): \(self.errors)")
                }
                try await Task.sleep(for: .milliseconds(2))
            }
            return self.whatItLeft
        }

        /// Waits until the output says something.
        ///
        /// - Throws: if it ends before, or does not say it in time.
        package func waits(for text: String, atMost limit: Duration = .seconds(60)) async throws {
            guard try await self.says(text, within: limit) else {
                let reason = self.process.isRunning ? "it did not say" : "it ended before it said"
                throw SiteFailure("\(reason) “\(text)”: \(self.output)\(self.errors)")
            }
        }

        /// Whether the output says something before the time is over or the program ends.
        package func says(_ text: String, within limit: Duration) async throws -> Bool {
            let deadline = ContinuousClock.now + limit
            while true {
                let isRunning = self.process.isRunning
                if self.output.contains(text) { return true }
                guard isRunning, ContinuousClock.now < deadline else { return false }
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        private var whatItLeft: Ended {
            Ended(
                status: self.process.terminationStatus, wasKilled: self.process.terminationReason == .uncaughtSignal,
                output: self.output, errors: self.errors)
        }

        private func text(_ name: String) -> String {
            (try? String(contentsOf: self.folder.appending(path: name), encoding: .utf8)) ?? ""
        }
    }
}
