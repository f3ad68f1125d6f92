#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What SQLite's index of the write-ahead log, the `-shm` file, says about the log. An agent that was killed leaves it
/// behind; a log that was cut since has fewer frames than that.
///
/// Source: SQLite's "WAL-mode File Format", 2.1; numbers are in the machine's own byte order.
struct WriteAheadIndex: Equatable {
    /// Valid frames of the log.
    let frames: UInt32
    /// Of those, how many stand in the file, too.
    let folded: UInt32
    /// Changes each time the log begins anew.
    let salt: UInt64

    /// - Parameter path: of the database.
    init?(of path: String) {
        let descriptor = open(path + "-shm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        guard pread(descriptor, &bytes, 100, 0) == 100, bytes[0..<48] == bytes[48..<96], bytes[12] == 1 else {
            return nil
        }
        func number<Number: FixedWidthInteger>(at offset: Int, as: Number.Type) -> Number {
            bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
        }
        guard number(at: 0, as: UInt32.self) == 3_007_000 else { return nil }
        self.frames = number(at: 16, as: UInt32.self)
        self.salt = number(at: 32, as: UInt64.self)
        self.folded = number(at: 96, as: UInt32.self)
    }

    /// What the log has lost, in words, if it now is as `found` says.
    func loss(in found: WriteAheadIndex?) -> String? {
        guard self.frames > self.folded else { return nil }
        let left = found?.salt == self.salt ? found?.frames ?? 0 : 0
        guard left < self.frames else { return nil }
        return "the write-ahead log has \(left) of \(self.frames) frames left"
    }
}
