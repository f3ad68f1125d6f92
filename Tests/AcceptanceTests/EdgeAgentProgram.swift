import Foundation
import Testing

/// The built program, run as users run it.
enum EdgeAgentProgram {
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Beside the tests' own executable.
    static let url: URL = {
        let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "edge-agent")
        return FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : Self.root.appending(path: ".build/debug/edge-agent")
    }()

    /// Runs it to its end.
    static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Ended {
        let started = try Started(arguments, input: input, environment: environment)
        return try started.ended()
    }

    /// A program at work, with what it prints in files.
    final class Started {
        let process = Process()
        private let folder: URL

        init(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws {
            self.folder = FileManager.default.temporaryDirectory.appending(path: "edge-agent-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
            for name in ["output", "errors"] { try Data().write(to: self.folder.appending(path: name)) }
            try Data(input.utf8).write(to: self.folder.appending(path: "input"))
            self.process.executableURL = EdgeAgentProgram.url
            self.process.arguments = arguments
            self.process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            self.process.standardInput = try FileHandle(forReadingFrom: self.folder.appending(path: "input"))
            self.process.standardOutput = try FileHandle(forWritingTo: self.folder.appending(path: "output"))
            self.process.standardError = try FileHandle(forWritingTo: self.folder.appending(path: "errors"))
            try self.process.run()
        }

        deinit {
            if self.process.isRunning { self.process.terminate() }
            try? FileManager.default.removeItem(at: self.folder)
        }

        var output: String { self.text("output") }
        var errors: String { self.text("errors") }

        func ended() throws -> Ended {
            self.process.waitUntilExit()
            return Ended(status: self.process.terminationStatus, output: self.output, errors: self.errors)
        }

        /// Waits until the output says something.
        func waits(for text: String, atMost limit: Duration = .seconds(60)) async throws {
            let deadline = ContinuousClock.now + limit
            while !self.output.contains(text) {
                try #require(self.process.isRunning, "it ended before it said “\(text)”: \(self.output)\(self.errors)")
                try #require(ContinuousClock.now < deadline, "it did not say “\(text)”: \(self.output)\(self.errors)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        private func text(_ name: String) -> String {
            (try? String(contentsOf: self.folder.appending(path: name), encoding: .utf8)) ?? ""
        }
    }
}
