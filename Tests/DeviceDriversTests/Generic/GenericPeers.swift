import Foundation
import Glibc
import Links
import Testing

/// Independent programs in Python that profiles and simulators are held against.
enum GenericPeers {
    static let scripts = PeerProgram.repository.appending(path: "Tests/Interop/generic")
    static let folder = PeerProgram.repository.appending(path: ".tools/generic-peers")
    static let python = Self.folder.appending(path: "venv/bin/python")
    static let lewis = Self.folder.appending(path: "venv/bin/lewis")

    /// Whether the peers are there, installed once; says on the console why not.
    static let isInstalled: Bool = PeerProgram.isInstalled(
        by: Self.scripts.appending(path: "install-peers.sh"), in: Self.folder)

    /// Runs a server of a peer while `body` uses it.
    static func withServer(
        _ program: URL, _ arguments: (UInt16) -> [String], _ body: (LinkEndpoint) async throws -> Void
    ) async throws {
        // A port that was free a moment ago.
        let port = try LineServer()
        let number = port.port
        port.close()
        let process = Process()
        process.executableURL = program
        process.arguments = arguments(number)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // A server of Python may wait for its connections before it ends on a gentler word.
        defer { kill(process.processIdentifier, SIGKILL) }
        let endpoint = LinkEndpoint.tcp(host: "127.0.0.1", port: number)
        let deadline = ContinuousClock.now + .seconds(30)
        while (try? await endpoint.transport().open(within: .seconds(1)))?.close() == nil {
            try #require(ContinuousClock.now < deadline && process.isRunning, "\(program.path) does not listen")
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        try await body(endpoint)
    }
}
