import Foundation
import NIOCore
import NIOPosix

/// OpenSSL's own test server, with a certificate that it signed itself, and more that is wrong with it.
struct SelfSignedServer {
    enum Flaw: String, CaseIterable, Sendable {
        case none, expired, wrongName, oldProtocol
    }

    let port: Int
    private let process: Process

    init(in directory: String, flaw: Flaw = .none) async throws {
        let key = directory + "/key.pem", certificate = directory + "/certificate.pem"
        let name = flaw == .wrongName ? "elsewhere.invalid" : "127.0.0.1"
        try Self.run(
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1",
                "-subj",
                "/CN=\(name)",
            ], daysAgo: flaw == .expired ? 10 : 0
        ).waitUntilExit()
        let port = try await UnusedPort.find()
        self.port = port
        let old = flaw == .oldProtocol ? ["-tls1", "-cipher", "DEFAULT@SECLEVEL=0"] : []
        self.process = try Self.run(
            ["s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate, "-quiet", "-www"] + old)
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline {
            let connection = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
            guard let connection else {
                try await Task.sleep(for: .milliseconds(20))
                continue
            }
            try await connection.close().get()
            return
        }
    }

    func end() { self.process.terminate() }

    /// - Parameter days: how long ago it believes to be run; needs Debian's libfaketime.
    private static func run(_ arguments: [String], daysAgo days: Int = 0) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        if days > 0 {
            process.environment = ProcessInfo.processInfo.environment.merging([
                "LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "FAKETIME": "-\(days)d",
            ]) { $1 }
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}

/// A port that nobody listens on at the moment.
enum UnusedPort {
    static func find() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close().get()
        return port
    }
}
