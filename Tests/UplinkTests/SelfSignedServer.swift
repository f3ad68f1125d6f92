import Foundation
import NIOCore
import NIOPosix

/// OpenSSL's own test server, with a certificate that it signed itself.
struct SelfSignedServer {
    let port: Int
    private let process: Process

    init(in directory: String) async throws {
        let key = directory + "/key.pem", certificate = directory + "/certificate.pem"
        try Self.run([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1", "-subj",
            "/CN=127.0.0.1",
        ]).waitUntilExit()
        let port = try await UnusedPort.find()
        self.port = port
        self.process = try Self.run(
            ["s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate, "-quiet", "-www"])
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

    private static func run(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
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
        defer { channel.close(promise: nil) }
        return channel.localAddress?.port ?? 0
    }
}
