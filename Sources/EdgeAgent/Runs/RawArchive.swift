import Crypto
import DeviceKit
import Glibc
import Methods

/// Raw data of instruments, as files under the state directory: written, synchronised, then renamed into place.
struct RawArchive: Sendable {
    let directory: String

    func keep(_ name: String, _ bytes: [UInt8]) throws(DeviceError) -> RawFileReference {
        let folder = "\(self.directory)/raw"
        mkdir(folder, 0o700)
        let path = "raw/\(name)"
        let final = "\(self.directory)/\(path)"
        let temporary = "\(final).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(temporary) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Self.failure(temporary) }
            written += count
        }
        guard fsync(descriptor) == 0, rename(temporary, final) == 0 else { throw Self.failure(final) }
        let digest = SHA256.hash(data: bytes)
        return RawFileReference(path: path, sha256: digest.hexadecimal, byteCount: bytes.count)
    }

    private static func failure(_ path: String) -> DeviceError {
        DeviceError(
            .refused, device: "raw files", command: "write \(path)", String(cString: strerror(errno)),
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
