import GRDB
import Protocols

/// What an agent must never lose: runs and their steps, results on their way to the broker, questions to operators,
/// stock, and the audit trail, in one SQLite file that is small enough to be checked at every start.
///
/// Every call that writes returns after its COMMIT has reached the disk (WAL, `synchronous=FULL`); calls made at the
/// same time share one. A cancelled task still gets its commit. One connection does all the writing.
///
/// ```swift
/// let journal = try Journal(in: StateDirectory(path: "/var/lib/edge-agent"))
/// let run = try await journal.createRun(request: info, requestID: id, quantity: "conductivity", method: "two_electrode")
/// try await journal.setRunState(run, .checking)
/// ```
public final class Journal: Sendable {
    /// Makes ids for runs, results and prompts, each greater than any in the file.
    public let ids: UUIDv7Source
    /// What was found damaged at this start, if anything. To be shown until an operator has seen it.
    public let damage: DamageReport?
    /// Whether the agent before this one ended by `close()`. Nothing may move by itself if it did not.
    public let hadCleanShutdown: Bool

    /// Space for what is under way when the disk is full; held by the `MachineWatch`.
    public let reserve: DiskReserve

    let queue: DatabaseQueue
    let commits: GroupCommit
    /// The clock by which everything here is dated.
    public let now: @Sendable () -> Moment
    public let directory: StateDirectory
    private let outboxBells = ChangeBells()
    private let answerBells = ChangeBells()
    private let promptBells = ChangeBells()

    /// Opens the journal, checks it (`quick_check`; a small file in full), and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - directory: held as long as the journal lives.
    ///   - window: how long a commit may wait for company.
    ///   - now: gives the time; tests hand in their own.
    /// - Throws: `newerSchema`, `cannotOpen`, `diskFull`, `storageFailed`. Damage is no error: see `damage`.
    public init(
        in directory: StateDirectory, window: Duration = .milliseconds(2),
        now: @escaping @Sendable () -> Moment = { Moment.now() }
    ) throws(StoreError) {
        let file = SQLiteFile(
            name: "journal", path: directory.journalPath, applicationID: 0x4564_674A,
            migrations: JournalSchema.migrations, signature: "outbox", durability: .full,
            trustsIndex: directory.isOfSameBoot)
        let reserve = DiskReserve(in: directory)
        (self.queue, self.damage) = try Self.withRoom(from: reserve) { () throws(StoreError) in
            try file.openOrReplace(checks: true, salvages: true, damagedDirectory: directory.damagedPath) {
                try Self.note($0, at: now(), in: $1)
            }
        }
        self.directory = directory
        self.reserve = reserve
        self.now = now
        self.commits = GroupCommit(queue: self.queue, window: window, makeRoom: { reserve.release() })
        let queue = self.queue
        let opened = try Self.withRoom(from: reserve) { () throws(StoreError) in
            do {
                return try queue.write { try OpenedJournal(in: $0, now: now) }
            } catch {
                throw StoreError(error, "open \(directory.journalPath)")
            }
        }
        self.hadCleanShutdown = opened.isClean
        self.ids = opened.ids
    }

    /// Where the journal's state directory is.
    public var path: String { self.directory.path }

    /// Gives the reserve up and tries once more if the disk is full.
    private static func withRoom<Value>(
        from reserve: DiskReserve, _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            guard error.code == .diskFull, reserve.release() else { throw error }
            return try body()
        }
    }

    private static func note(_ damage: DamageReport, at moment: Moment, in database: Database) throws {
        let newest = try OpenedJournal.newestID(in: database)
        let incident = Incident(
            id: UUIDv7Source(after: newest, now: { moment.milliseconds }).make(), kind: .damage,
            detail: ["text": .string(damage.description)], occurred: moment, acknowledgedBy: "")
        try IncidentTable.insert(incident, in: database)
        try OutboxTable.doubt(at: moment, in: database)
    }

    /// Gives a sign whenever something in the outbox has changed: become ready, been delivered or set aside.
    public func outboxSigns() -> AsyncStream<Void> { self.outboxBells.listen() }

    /// Gives a sign whenever an operator has answered something.
    public func answerSigns() -> AsyncStream<Void> { self.answerBells.listen() }

    /// Gives a sign whenever a question begins or ceases to wait otherwise than by an answer.
    public func promptSigns() -> AsyncStream<Void> { self.promptBells.listen() }

    func ringPrompt() { self.promptBells.ring() }
    func ringOutbox() { self.outboxBells.ring() }
    /// Has whoever listens to `answerSigns` look again.
    public func ringAnswer() { self.answerBells.ring() }

    /// Notes that this end is a clean one, folds the write-ahead log into the file and closes it. What cannot be noted
    /// any more is closed all the same: whoever opens the file next must not meet this one at work.
    public func close() async throws(StoreError) {
        var failure: StoreError?
        do throws(StoreError) {
            try await self.commit("close the journal") { database in
                _ = try MetaTable.exchange("clean_shutdown", with: "1", in: database)
            }
            try await self.checkpoint()
        } catch {
            failure = error
        }
        do {
            try self.queue.close()
        } catch {
            failure = failure ?? StoreError(error, "close the journal")
        }
        if let failure { throw failure }
    }

    /// Folds the write-ahead log into the file. To be called when the agent is idle.
    public func checkpoint() async throws(StoreError) {
        do {
            try await self.queue.writeWithoutTransaction { database in
                _ = try database.checkpoint(.truncate)
            }
        } catch {
            let error = StoreError(error, "checkpoint the journal")
            self.commits.note(error)
            throw error
        }
    }

    /// Writes a compact copy for safe keeping; `path` must not exist.
    public func backUp(to path: String) async throws(StoreError) {
        do {
            try await self.queue.vacuum(into: path)
        } catch {
            throw StoreError(error, "back up the journal to \(path)")
        }
    }

    /// Reads the whole file (`integrity_check`); empty if it is sound.
    public func integrityFindings() async throws(StoreError) -> [String] {
        try await self.read("check the journal") { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
        }
    }

    /// The input/output error after which nothing is durable any more; nil while all is well.
    public var storageFailure: StoreError? { self.commits.storageFailure }

    func commit<Value: Sendable>(
        _ operation: String, _ write: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let path = self.directory.journalPath
        return try await self.commits.commit(operation) { database in
            do {
                return try write(database)
            } catch {
                Self.noteDamage(error, of: path)
                throw error
            }
        }
    }

    func read<Value: Sendable>(
        _ operation: String, _ read: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let (queue, path) = (self.queue, self.directory.journalPath)
        // Not bound to the caller's cancellation: an agent that is told to stop still has to read its state.
        let result = await Task {
            do {
                return try await Result<Value, StoreError>.success(queue.read(read))
            } catch let error as StoreError {
                return .failure(error)
            } catch {
                Self.noteDamage(error, of: path)
                return .failure(StoreError(error, operation))
            }
        }.value
        return try result.get()
    }

    private static func noteDamage(_ error: any Error, of path: String) {
        guard let error = error as? DatabaseError, error.resultCode == .SQLITE_CORRUPT else { return }
        SQLiteFile.suspect(path)
    }
}

/// What is found, and noted, when the file is opened.
private struct OpenedJournal: Sendable {
    let isClean: Bool
    let ids: UUIDv7Source

    init(in database: Database, now: @escaping @Sendable () -> Moment) throws {
        self.isClean = try MetaTable.exchange("clean_shutdown", with: "0", in: database) != "0"
        self.ids = UUIDv7Source(after: try Self.newestID(in: database), now: { now().milliseconds })
    }

    static func newestID(in database: Database) throws -> UUIDv7? {
        [
            try RunTable.newestID(in: database), try ResultTable.newestID(in: database),
            try PromptTable.newestID(in: database), try IncidentTable.newestID(in: database),
            try CalibrationTable.newestID(in: database),
        ].compactMap(\.self).max()
    }
}
