import Glibc

/// The system calls of a folder link. They may block as long as the share likes.
struct FolderDesk: Sendable {
    enum Side: String, Sendable { case `in`, out }

    let path: String
    /// Whether there is a folder `in` for orders beside the folder `out`; otherwise results stand in the folder itself.
    let takesOrders: Bool

    func probe() throws(SystemError) {
        let rights = [(Side.in, W_OK | X_OK), (.out, R_OK | X_OK)]
        for (side, rights) in rights where side == .out || self.takesOrders {
            guard access(self.folder(side), rights) == 0 else { throw .last }
        }
    }

    private func folder(_ side: Side) -> String { self.takesOrders ? "\(self.path)/\(side.rawValue)" : self.path }

    /// The files of a folder but hidden ones, by name.
    func list(_ side: Side) throws(SystemError) -> [String: FolderStamp] {
        let folder = self.folder(side)
        guard let directory = opendir(folder) else { throw .last }
        defer { closedir(directory) }
        var files: [String: FolderStamp] = [:]
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            var status = stat()
            // Gone in the meantime, or of a name that is no text.
            guard stat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            files[name] = FolderStamp(
                size: Int(status.st_size), changed: withUnsafeBytes(of: status.st_mtim) { Array($0) },
                inode: UInt64(status.st_ino))
        }
        return files
    }

    /// The beginning of a result, `longest` bytes and a little more at most.
    func read(_ name: String, longest: Int) throws(SystemError) -> [UInt8] {
        let file = open("\(self.folder(.out))/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < longest {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// Writes an order under a hidden name first, so that the instrument never sees half of it.
    func place(_ name: String, _ bytes: [UInt8]) throws(SystemError) {
        let final = "\(self.path)/in/\(name)"
        let hidden = "\(self.path)/in/.\(name).tmp"
        let file = open(hidden, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .last }
        let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        let isWritten = count == bytes.count && fsync(file) == 0
        let reason = SystemError(count >= 0 && count != bytes.count ? ENOSPC : errno)
        close(file)
        guard isWritten, rename(hidden, final) == 0 else {
            let error = isWritten ? SystemError.last : reason
            unlink(hidden)
            throw error
        }
    }

    func isWaiting(_ name: String) -> Bool { access("\(self.path)/in/\(name)", F_OK) == 0 }

    func remove(_ name: String) throws(SystemError) -> Bool {
        if unlink("\(self.path)/in/\(name)") == 0 { return true }
        guard errno == ENOENT else { throw .last }
        return false
    }
}

/// By which two states of a file are told apart.
struct FolderStamp: Sendable, Hashable {
    var size: Int
    /// The time of change, as the kernel writes it.
    var changed: [UInt8]
    var inode: UInt64
}
