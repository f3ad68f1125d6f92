import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads what can be read of a damaged file, and leaves that file as it is: the work is done on a copy. First SQLite
/// reads, then the pages are read one by one, for rows that no tree leads to any more.
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

        let tables = try queue.read { database in
            try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        }
        var counts: [String: Int] = [:]
        if let source = try? DatabaseQueue(path: copy) {
            for table in tables {
                counts[table] = try SalvagedTable(name: table, source: source, target: queue).copy()
            }
            // What stands in its log has to be in the file before its pages are read one by one.
            _ = try? source.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try? source.close()
        }
        for (table, count) in try Self.readPages(of: copy, into: queue, tables) { counts[table, default: 0] += count }
        return counts.filter { $0.value > 0 }
    }

    /// Keeps rows that no tree leads to any more.
    ///
    /// - Returns: rows kept, by table.
    private static func readPages(of copy: String, into queue: DatabaseQueue, _ tables: [String]) throws -> [String:
        Int]
    {
        let strays = try tables.map { try StrayRows(of: $0, target: queue) }
        let pageSize = try queue.read { try Int.fetchOne($0, sql: "PRAGMA page_size") ?? 4096 }
        guard let pages = PageReader(copy, pageSize: pageSize) else { return [:] }
        let free = pages.freePages()
        var owned = [[Int]](repeating: [], count: strays.count)
        for page in 0..<pages.count where !free.contains(page + 1) {
            let rows = pages.rows(onPage: page + 1)
            for (index, stray) in strays.enumerated() where rows.contains(where: stray.fits) {
                owned[index].append(page + 1)
            }
        }
        // In the order of the tables, which foreign keys follow.
        var counts: [String: Int] = [:]
        for (stray, own) in zip(strays, owned) {
            for page in own { counts[stray.table, default: 0] += try stray.keep(pages.rows(onPage: page)) }
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
