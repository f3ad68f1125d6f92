import Foundation
import Links

/// pymodbus, an independent implementation that our client, simulator and codec are held against.
enum ModbusPeer {
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let scripts = Self.repository.appending(path: "Tests/Interop/modbus")
    static let folder = Self.repository.appending(path: ".tools/modbus-peer")
    static let python = Self.folder.appending(path: "venv/bin/python")

    /// Whether the peer is there; installs it once, and says on the console where it cannot be had.
    static let isInstalled: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [Self.scripts.appending(path: "install-peer.sh").path, Self.folder.path]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        var reason = ""
        do {
            try process.run()
            reason = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            if process.terminationStatus == 0 { return true }
        } catch {
            reason = "\(error)"
        }
        print("Tests against pymodbus are left out: \(reason)")
        return false
    }()

    /// Runs a program to its end and returns its status and output, without blocking the task pool.
    static func run(_ program: URL, _ arguments: [String], input: String = "") async throws -> (Int32, String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "modbus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try Data(input.utf8).write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let output = try FileHandle(forWritingTo: outputFile)
        process.standardOutput = output
        process.standardError = output
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return (status, String(decoding: try Data(contentsOf: outputFile), as: UTF8.self))
    }

    /// pymodbus' server, until `end`.
    final class Server: @unchecked Sendable {  // used by one test at a time
        private let process = Process()
        private let input = Pipe()
        /// What it printed when it was ready.
        let greeting: String

        init(_ arguments: [String]) throws {
            let output = Pipe()
            self.process.executableURL = ModbusPeer.python
            self.process.arguments = [ModbusPeer.scripts.appending(path: "serve.py").path] + arguments
            self.process.standardInput = self.input
            self.process.standardOutput = output
            try self.process.run()
            let line = output.fileHandleForReading.availableData
            self.greeting = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func end() throws {
            try self.input.fileHandleForWriting.close()
            self.process.waitUntilExit()
        }
    }

    /// Two pseudo-terminals, joined like a null modem.
    final class NullModem: Sendable {
        let ends: [PseudoTerminal]
        private let copying: [Task<Void, Never>]

        init() throws {
            let ends = [try PseudoTerminal(), try PseudoTerminal()]
            self.ends = ends
            self.copying = [(ends[0], ends[1]), (ends[1], ends[0])].map { from, to in
                Task {
                    while let bytes = try? await from.channel.read() { try? await to.channel.write(bytes) }
                }
            }
        }

        func close() {
            for task in self.copying { task.cancel() }
            for end in self.ends { end.close() }
        }
    }
}
