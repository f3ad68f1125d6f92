#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How full a file system is, as far as an ordinary user can fill it.
public struct DiskSpace: Sendable, Hashable {
    /// Bytes for everybody, reserved ones for root left out.
    public let total: Int64
    /// Bytes that can still be written.
    public let available: Int64
    /// From 0 to 1, of bytes or of files, whichever are scarcer.
    public let used: Double

    public init(total: Int64, available: Int64, used: Double) {
        self.total = total
        self.available = available
        self.used = used
    }

    /// Asks the system (`statvfs`).
    ///
    /// - Throws: `cannotOpen` if there is no such path.
    public init(at path: String) throws(StoreError) {
        var answer = statvfs()
        guard statvfs(path, &answer) == 0 else {
            throw StoreError(
                .cannotOpen, "look at the disk of \(path)", String(cString: strerror(errno)),
                advice: "Check that the state directory is there.")
        }
        let unit = Int64(answer.f_frsize)
        let taken = Int64(answer.f_blocks - answer.f_bfree) * unit
        self.available = Int64(answer.f_bavail) * unit
        self.total = taken + self.available
        let files = Double(answer.f_files)
        self.used = max(
            Self.share(Double(taken), of: Double(self.total)), Self.share(files - Double(answer.f_favail), of: files))
    }

    /// Some file systems do not count files: none of 0 is used.
    private static func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? part / whole : 0 }
}
