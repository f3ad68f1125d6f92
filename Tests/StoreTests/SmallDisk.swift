import Foundation
import Store
import Testing

/// A file system of a few megabytes in memory, mounted for one test. Mounting needs root: without it the test fails.
final class SmallDisk: Sendable {
    let path: String

    init(megabytes: Int) throws {
        self.path = NSTemporaryDirectory() + "edge-agent-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        try #require(
            Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", self.path]) == 0,
            "a small tmpfs cannot be mounted here; run as root")
    }

    deinit {
        _ = try? Self.run("/bin/umount", ["--lazy", self.path])
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// Fills all that is left.
    func fill() {
        let descriptor = open(self.path + "/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        for size in [1 << 16, 1 << 12, 1] {
            let bytes = [UInt8](repeating: 0x55, count: size)
            while write(descriptor, bytes, size) == size {}
        }
    }

    /// Takes so many bytes.
    func take(_ size: Int) throws {
        try Data(count: size).write(to: URL(fileURLWithPath: self.path + "/ballast"))
    }

    func empty() { unlink(self.path + "/ballast") }

    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
