import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that holds disk space back. It is given up when the disk is full, so that a run under way can end in order.
public final class DiskReserve: Sendable {
    public let path: String
    private let lock = Mutex(())

    init(in directory: StateDirectory) {
        self.path = directory.path + "/reserve"
    }

    /// Bytes that are held back now.
    public var size: Int64 {
        var answer = stat()
        return stat(self.path, &answer) == 0 ? Int64(answer.st_blocks) * 512 : 0
    }

    /// Takes this much space, all or nothing.
    ///
    /// - Returns: whether it is held.
    public func hold(_ size: Int64) -> Bool {
        self.lock.withLock { _ in
            let descriptor = open(self.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            if posix_fallocate(descriptor, 0, off_t(size)) == 0 { return true }
            unlink(self.path)
            return false
        }
    }

    /// Gives the space back to the file system.
    ///
    /// - Returns: whether there was any.
    public func release() -> Bool {
        self.lock.withLock { _ in unlink(self.path) == 0 }
    }
}
