import Foundation

/// Independent programs in Python that our drivers and simulators are held against; those of the potentiostat by name.
enum PeerProgram {
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let scripts = Self.repository.appending(path: "Tests/Interop/palmsens")
    static let folder = Self.repository.appending(path: ".tools/palmsens-peers")
    static let python = Self.folder.appending(path: "venv/bin/python")
    /// Where the vendor's library and the type checker are.
    static let types = Self.folder.appending(path: "types/bin")

    static let isInstalled: Bool = Self.isInstalled(
        by: Self.scripts.appending(path: "install-peers.sh"), in: Self.folder)

    /// Whether the peers are there that a script installs once into a folder; says on the console why not.
    static func isInstalled(by script: URL, in folder: URL) -> Bool {
        guard let obstacle = Self.obstacle(script, folder) else { return true }
        print("Tests against independent programs are left out: \(obstacle)")
        return false
    }

    private static func obstacle(_ script: URL, _ folder: URL) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [script.path, folder.path]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return "\(error)"
        }
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : text
    }

    struct Outcome: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a program to its end, two minutes at most, without blocking the task pool, which the simulator needs meanwhile.
    static func run(_ program: URL, _ arguments: [String]) async throws -> Outcome {
        let outputFile = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).out")
        let errorFile = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).err")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        defer { for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) } }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["--kill-after=5", "120", program.path] + arguments
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return Outcome(
            status: status,
            output: try String(contentsOf: outputFile, encoding: .utf8),
            errors: try String(contentsOf: errorFile, encoding: .utf8)
        )
    }
}
