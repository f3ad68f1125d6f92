import DeviceKit
import Glibc

/// Reading the files that people write.
enum TextFile {
    /// Larger files are not descriptions of anything; 8 MiB.
    static let limit = 8 << 20

    static func read(_ path: String) throws(SourceDiagnostics) -> String {
        guard let text = String(validating: try self.bytes(of: path), as: UTF8.self) else {
            throw self.finding(path, "is not UTF-8 text")
        }
        return text
    }

    /// What a file holds, whatever that is.
    static func bytes(of path: String) throws(SourceDiagnostics) -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw self.finding(path, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
            guard bytes.count <= Self.limit else { throw self.finding(path, "is larger than 8 MiB") }
        }
        guard ferror(file) == 0 else {
            throw self.finding(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        return bytes
    }

    /// Whether this program may run it.
    static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    private static func finding(_ path: String, _ message: String) -> SourceDiagnostics {
        SourceDiagnostics([SourceDiagnostic(file: path, line: 1, column: 1, message: message)])
    }
}
