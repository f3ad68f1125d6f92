import Crypto
import DeviceKit
import Glibc
import Methods

/// Raw data of instruments, and what else is kept as it came, as files under the state directory: written,
/// synchronised, then renamed into place.
struct RawArchive: Sendable {
    let directory: String
    var folder = "raw"
    /// Asked for space when the disk is full; true if it found some.
    var makeRoom: @Sendable () -> Bool = { false }

    func keep(_ name: String, _ bytes: [UInt8]) throws(DeviceError) -> RawFileReference {
        mkdir("\(self.directory)/\(self.folder)", 0o700)
        let path = "\(self.folder)/\(self.free(name, for: bytes))"
        let final = "\(self.directory)/\(path)"
        var outcome = Self.write(bytes, to: final)
        if outcome == ENOSPC, self.makeRoom() { outcome = Self.write(bytes, to: final) }
        guard outcome == 0 else { throw Self.failure(final, outcome) }
        return RawFileReference(path: path, sha256: SHA256.hash(data: bytes).hexadecimal, byteCount: bytes.count)
    }

    /// The name, or the next one that no file with other bytes has: what was kept once is never written over.
    private func free(_ name: String, for bytes: [UInt8]) -> String {
        let dot = name.firstIndex(of: ".") ?? name.endIndex
        var number = 1
        var free = name
        while case let path = "\(self.directory)/\(self.folder)/\(free)", access(path, F_OK) == 0,
            (try? TextFile.bytes(of: path)) != bytes
        {
            number += 1
            free = "\(name[..<dot])-\(number)\(name[dot...])"
        }
        return free
    }

    /// - Returns: 0, or the system's error number.
    private static func write(_ bytes: [UInt8], to final: String) -> Int32 {
        let temporary = "\(final).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return errno }
            written += count
        }
        guard fsync(descriptor) == 0, rename(temporary, final) == 0 else { return errno }
        // The name has to last as long as what the journal says of it.
        let folder = open(String(final[..<(final.lastIndex(of: "/") ?? final.startIndex)]), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return errno }
        defer { close(folder) }
        return fsync(folder) == 0 ? 0 : errno
    }

    private static func failure(_ path: String, _ error: Int32) -> DeviceError {
        DeviceError(
            .refused, device: "raw files", command: "write \(path)", String(cString: strerror(error)),
            advice:
                "Free space on the disk or correct the rights of the state directory; the measurement can be repeated.")
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        self.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
