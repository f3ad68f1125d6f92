import Glibc

/// The process that has a tty: first the owner of its lock, then whoever has it open, as far as /proc tells.
public struct TerminalHolder: Sendable, CustomStringConvertible {
    public let processID: Int32
    public let name: String

    public var description: String {
        self.processID == getpid()
            ? "this process (pid \(self.processID))" : "process \(self.processID) (\(self.name))"
    }

    public init?(of path: String) {
        guard let processID = Self.lockOwner(of: path) ?? Self.opener(of: path) else { return nil }
        self.processID = processID
        let name = Self.contents(of: "/proc/\(processID)/comm").prefix { $0 != 0x0A }
        self.name = name.isEmpty ? "name unknown" : String(decoding: name, as: UTF8.self)
    }

    /// A line of /proc/locks is `1: FLOCK  ADVISORY  WRITE 21446 00:1a:3 0 EOF`: process, then device and inode.
    private static func lockOwner(of path: String) -> Int32? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let device = (
            major: (status.st_dev >> 8) & 0xFFF, minor: (status.st_dev & 0xFF) | ((status.st_dev >> 12) & 0xFFF00)
        )
        for line in Self.contents(of: "/proc/locks").split(separator: 0x0A) {
            let fields = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard fields.count >= 6, fields[1] == "FLOCK", let processID = Int32(fields[4]) else { continue }
            let place = fields[5].split(separator: ":")
            guard place.count == 3, UInt(place[0], radix: 16) == device.major,
                UInt(place[1], radix: 16) == device.minor,
                UInt(place[2]) == status.st_ino
            else { continue }
            return processID
        }
        return nil
    }

    private static func opener(of path: String) -> Int32? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        for processID in Self.entries(of: "/proc").compactMap({ Int32($0) }) where processID != getpid() {
            for descriptor in Self.entries(of: "/proc/\(processID)/fd") {
                var other = stat()
                guard stat("/proc/\(processID)/fd/\(descriptor)", &other) == 0 else { continue }
                if other.st_rdev == status.st_rdev, other.st_ino == status.st_ino { return processID }
            }
        }
        return nil
    }

    private static func entries(of directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func contents(of path: String) -> [UInt8] {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { _ = Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
