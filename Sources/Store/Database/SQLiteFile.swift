import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How one SQLite file of ours is opened: its mark, its schema steps, and how carefully it is written.
struct SQLiteFile {
    /// One step forward of a schema. Steps are never changed once released; a new need is a new step.
    struct Migration: Sendable {
        let statements: [String]
    }

    enum Durability: String {
        /// An acknowledged commit survives a power cut.
        case full = "FULL"
        /// A power cut may take the last commits, but never damages the file.
        case normal = "NORMAL"
    }

    /// Says in words which file it is, "journal" for example.
    let name: String
    let path: String
    /// `PRAGMA application_id`.
    let applicationID: Int32
    let migrations: [Migration]
    let durability: Durability

    /// The newest version of the schema that this program knows.
    var version: Int { self.migrations.count }

    /// Opens the file, or makes it, and brings its schema up to date.
    ///
    /// - Parameter checks: whether `quick_check` reads the whole file first.
    /// - Throws: `Damage` if it is not readable as a database, otherwise `StoreError`.
    func open(checks: Bool) throws -> DatabaseQueue {
        do {
            let queue = try DatabaseQueue(path: self.path, configuration: self.configuration)
            do {
                try queue.writeWithoutTransaction { database in
                    try self.identify(database)
                    if checks { try self.check(database) }
                    try self.prepare(database)
                    try self.migrate(database)
                }
            } catch {
                try? queue.close()
                throw error
            }
            return queue
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            throw Damage(finding: error.message ?? error.resultCode.description)
        } catch let error as DatabaseError {
            throw StoreError(
                error.resultCode == .SQLITE_FULL ? .diskFull : .cannotOpen, "open \(self.path)",
                error.message ?? error.resultCode.description,
                advice: "Check owner, rights and free space of the state directory.")
        }
    }

    /// Opens as `open` does, but moves a damaged file aside first and begins a new one with what can still be read.
    func openOrReplace(
        checks: Bool, salvages: Bool, damagedDirectory: String
    ) throws(StoreError) -> (DatabaseQueue, DamageReport?) {
        do {
            do {
                return (try self.open(checks: checks), nil)
            } catch let damage as Damage {
                let moved = try self.moveAside(to: damagedDirectory)
                unlink(self.path + ".suspect")
                let queue = try self.open(checks: false)
                let rows = salvages ? try Salvage(of: moved).pour(into: queue) : [:]
                let report = DamageReport(
                    file: self.path, finding: damage.finding, movedTo: moved, salvagedRows: rows)
                return (queue, report)
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, "open \(self.path)")
        }
    }

    /// 8 MB in pages of 4 kB.
    private static let smallPages = 2048

    private static func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        #if canImport(Glibc)
            Glibc.open(path, flags, mode)
        #else
            Musl.open(path, flags, mode)
        #endif
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.label = "edge-agent.\(self.name)"
        return configuration
    }

    private func prepare(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = \(self.durability.rawValue)")
        try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
    }

    private func identify(_ database: Database) throws {
        let mark = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard mark == self.applicationID || (mark == 0 && tables == 0) else {
            throw StoreError(
                .cannotOpen, "open \(self.path)", "this is another program's database (application id \(mark))",
                advice: "Name another state directory; the file was left as it is.")
        }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= self.version else {
            throw StoreError(
                .newerSchema, "open \(self.path)",
                "the \(self.name) has schema version \(version), this program knows up to \(self.version)",
                advice: "Run the newer edge-agent that wrote it; the file was left as it is.")
        }
    }

    /// Notes that the file gave itself away as damaged while in use, so that the next start reads all of it.
    static func suspect(_ path: String) {
        let descriptor = Self.openFile(path + ".suspect", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// `quick_check` does not compare tables with their indexes. A small file, and one under suspicion, is read in full.
    private func check(_ database: Database) throws {
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let isSuspect = access(self.path + ".suspect", F_OK) == 0
        let pragma = isSuspect || pages <= Self.smallPages ? "integrity_check" : "quick_check"
        let findings = try String.fetchAll(database, sql: "PRAGMA \(pragma)(20)")
        unlink(self.path + ".suspect")
        guard findings == ["ok"] else { throw Damage(finding: findings.joined(separator: "; ")) }
    }

    private func migrate(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        for (index, migration) in self.migrations.enumerated().dropFirst(version) {
            try database.inTransaction(.immediate) {
                for statement in migration.statements { try database.execute(sql: statement) }
                try database.execute(sql: "PRAGMA application_id = \(self.applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
                return .commit
            }
        }
    }

    /// Moves the file and its write-ahead log to a folder that is new, and returns the file's new path.
    private func moveAside(to directory: String) throws(StoreError) -> String {
        _ = mkdir(directory, 0o700)
        let stamp = Moment.now().text.filter { $0.isNumber || $0 == "T" }
        let folder = "\(directory)/\(self.name)-\(stamp)"
        guard mkdir(folder, 0o700) == 0 else {
            throw StoreError(
                .cannotOpen, "move \(self.path) aside to \(folder)", String(cString: strerror(errno)),
                advice: "Check rights and free space of the state directory.")
        }
        let target = "\(folder)/\(self.name).sqlite"
        for suffix in ["", "-wal", "-shm"] where access(self.path + suffix, F_OK) == 0 {
            guard rename(self.path + suffix, target + suffix) == 0 else {
                throw StoreError(
                    .cannotOpen, "move \(self.path)\(suffix) aside to \(folder)", String(cString: strerror(errno)),
                    advice: "Move the file by hand, then start the agent again.")
            }
        }
        return target
    }
}

/// A file that SQLite cannot read as a database, or that fails its check.
struct Damage: Error {
    let finding: String
}
