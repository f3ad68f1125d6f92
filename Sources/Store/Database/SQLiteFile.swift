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
    /// By which a file is known for ours, whatever its mark says.
    let signature: String
    let durability: Durability
    /// Whether pages of deleted rows can be given back (`incremental_vacuum`), at the price of some book-keeping.
    var shrinks = false

    /// The newest version of the schema that this program knows.
    var version: Int { self.migrations.count }

    /// Whether what an earlier process left in shared memory is as it left it: not after the machine went down.
    var trustsIndex = false

    /// Opens the file, or makes it, and brings its schema up to date.
    ///
    /// - Parameter checks: whether `quick_check` reads the whole file first.
    /// - Throws: `Damage` if it is not readable as a database, otherwise `StoreError`.
    func open(checks: Bool) throws -> DatabaseQueue {
        let index = self.trustsIndex ? WriteAheadIndex(of: self.path) : nil
        do {
            let queue = try DatabaseQueue(path: self.path, configuration: self.configuration)
            do {
                try queue.writeWithoutTransaction { database in
                    try self.identify(database)
                    if let loss = index?.loss(in: WriteAheadIndex(of: self.path)) { throw Damage(finding: loss) }
                    if checks { try self.check(database) }
                    try self.prepare(database)
                    try self.migrate(database)
                    try self.compareSchema(database)
                }
            } catch {
                try? queue.close()
                throw error
            }
            return queue
        } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR].contains(error.resultCode)
        {
            // Our statements are right, so one that fails speaks of the schema that it met.
            throw Damage(finding: error.message ?? error.resultCode.description)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY && self.isWritable {
            // A header that names a format of a later SQLite may be read, not written (file format, 1.3).
            throw Damage(finding: "the header names another format")
        } catch let error as DatabaseError {
            throw StoreError(
                error.isForWantOfSpace ? .diskFull : .cannotOpen, "open \(self.path)",
                error.message ?? error.resultCode.description,
                advice: "Check owner, rights and free space of the state directory.")
        }
    }

    /// Whether the system lets this process write the file and what stands beside it.
    private var isWritable: Bool {
        let folder = self.path.prefix(upTo: self.path.lastIndex(of: "/") ?? self.path.startIndex)
        return access(String(folder), W_OK) == 0
            && ["", "-wal", "-shm"].allSatisfy {
                access(self.path + $0, F_OK) != 0 || access(self.path + $0, W_OK) == 0
            }
    }

    /// 8 MB in pages of 4 kB.
    private static let smallPages = 2048

    static func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
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
        if self.shrinks {
            // Only a file without a page can still be told.
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        return configuration
    }

    private func prepare(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = \(self.durability.rawValue)")
        try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        // The writer checkpoints, see `GroupCommit`; this is for logs that grow faster than it thinks.
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
    }

    /// Leaves the files of others, and of newer versions of this program, as they are.
    private func identify(_ database: Database) throws {
        let mark = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let isOurs = tables.contains(self.signature)
        guard mark == self.applicationID || (mark == 0 && tables.isEmpty) || isOurs else {
            throw StoreError(
                .cannotOpen, "open \(self.path)", "this is another program's database (application id \(mark))",
                advice: "Name another state directory; the file was left as it is.")
        }
        guard mark == self.applicationID || !isOurs else { throw Damage(finding: "the application id is \(mark)") }
        guard (isOurs ? 1 : 0)...Self.greatestVersion ~= version else {
            throw Damage(finding: "the schema version is \(version)")
        }
        guard version <= self.version else {
            throw StoreError(
                .newerSchema, "open \(self.path)",
                "the \(self.name) has schema version \(version), this program knows up to \(self.version)",
                advice: "Run the newer edge-agent that wrote it; the file was left as it is.")
        }
    }

    /// No program of ours will ever get there.
    private static let greatestVersion = 9999

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

    /// A name that a changed byte has changed passes every check of SQLite's, and is met only by the statement that uses it.
    private func compareSchema(_ database: Database) throws {
        let model = try DatabaseQueue().write { model in
            for statement in self.migrations.flatMap(\.statements) { try model.execute(sql: statement) }
            return try Self.schema(of: model)
        }
        let schema = try Self.schema(of: database)
        for (name, text) in model where schema[name] != text {
            throw Damage(finding: "the schema of \(name) is not the one that was written")
        }
    }

    private static func schema(of database: Database) throws -> [String: String] {
        let words = "type || ' ' || tbl_name || ' ' || sql"
        let rows = try Row.fetchAll(
            database, sql: "SELECT name, \(words) AS text FROM sqlite_schema WHERE sql IS NOT NULL")
        return Dictionary(rows.map { ($0["name"], $0["text"]) }) { first, _ in first }
    }
}

/// A file that SQLite cannot read as a database, or that fails its check.
struct Damage: Error {
    let finding: String
}
