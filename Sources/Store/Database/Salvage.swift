import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads what can be read of a damaged file, and leaves that file as it is: the work is done on a copy.
struct Salvage {
    private let damaged: String

    init(of damaged: String) {
        self.damaged = damaged
    }

    /// Copies readable rows into a new file, table by table in the order of creation (which foreign keys follow).
    ///
    /// - Returns: rows copied, by table.
    func pour(into queue: DatabaseQueue) throws -> [String: Int] {
        let copy = self.damaged + ".salvage"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) } }
        for suffix in ["", "-wal"] { Self.copy(self.damaged + suffix, to: copy + suffix) }
        if !Self.hasHeader(copy) { try Self.lendHeader(of: queue, to: copy) }
        guard let source = try? DatabaseQueue(path: copy) else { return [:] }
        defer { try? source.close() }

        let tables = try queue.read { database in
            try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        }
        var counts: [String: Int] = [:]
        for table in tables {
            let count = try SalvagedTable(name: table, source: source, target: queue).copy()
            if count > 0 { counts[table] = count }
        }
        return counts
    }

    /// The headers of two files with one schema differ in counters only, so a lost one can be lent.
    private static func lendHeader(of queue: DatabaseQueue, to copy: String) throws {
        _ = try queue.writeWithoutTransaction { database in try database.checkpoint(.truncate) }
        let model = open(queue.path, O_RDONLY | O_CLOEXEC)
        let target = open(copy, O_RDWR | O_CLOEXEC)
        defer {
            if model >= 0 { close(model) }
            if target >= 0 { close(target) }
        }
        var header = [UInt8](repeating: 0, count: 100)
        guard model >= 0, target >= 0, pread(model, &header, 100, 0) == 100 else { return }
        // SQLite file format, 1.3: page size at 16, file size in pages at 28, free list at 32 and 36.
        let pageSize = Int(header[16]) << 8 | Int(header[17])
        let pages = pageSize > 1 ? Int(lseek(target, 0, SEEK_END)) / pageSize : 0
        for (offset, value) in [(28, pages), (32, 0), (36, 0)] {
            for byte in 0..<4 { header[offset + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * byte)) }
        }
        // The file size counts only if the change counter at 24 equals "version-valid-for" at 92.
        header.replaceSubrange(92..<96, with: header[24..<28])
        _ = pwrite(target, header, 100, 0)
    }

    private static func hasHeader(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16)
        return pread(descriptor, &bytes, 16, 0) == 16 && bytes.starts(with: "SQLite format 3".utf8)
    }

    private static func copy(_ source: String, to target: String) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { return }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { return }
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(input, &buffer, buffer.count)
            guard count > 0, write(output, buffer, count) == count else { return }
        }
    }
}
