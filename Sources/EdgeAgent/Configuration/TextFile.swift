import DeviceKit
import Glibc

/// Reading the files that people write.
enum TextFile {
    /// Larger files are not descriptions of anything; 8 MiB.
    static let limit = 8 << 20

    static func read(_ path: String) throws(SourceDiagnostics) -> String {
        let finding = { (message: String) in
            SourceDiagnostics([SourceDiagnostic(file: path, line: 1, column: 1, message: message)])
        }
        guard let file = fopen(path, "rb") else {
            throw finding("cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
            guard bytes.count <= Self.limit else { throw finding("is larger than 8 MiB") }
        }
        guard ferror(file) == 0 else { throw finding("cannot be read: \(String(cString: strerror(errno)))") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw finding("is not UTF-8 text") }
        return text
    }
}
