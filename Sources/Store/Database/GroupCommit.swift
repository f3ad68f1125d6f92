import Dispatch
import GRDB
import Synchronization

/// Lets writers that come at the same time share one COMMIT, hence one fsync. A caller resumes after it.
///
/// While a commit is under way the next writes gather. If the last commit carried several, the next one waits for as
/// many again, but neither longer than that commit took, since waiting must not cost more than it saves, nor longer
/// than `window`. A lone writer waits for nobody.
///
/// All of it happens on the queue of the one connection that writes: a write costs one hop there and one back.
final class GroupCommit: Sendable {
    /// Runs inside the shared transaction. It may be run twice, so it must do nothing but read and write the database.
    typealias Write<Value> = @Sendable (Database) throws -> Value

    private struct Waiting: Sendable {
        let write: Write<Void>
        let resume: @Sendable (StoreError?) -> Void
    }

    private enum Phase {
        case idle
        /// Waits for company, until there are so many; the number tells one wait from the next.
        case gathering(wanted: Int, round: Int)
        /// A commit is under way, or its turn is about to come.
        case committing
    }

    private struct State {
        var waiting: [Waiting] = []
        var phase = Phase.idle
        var round = 0
        var sinceCheckpoint = 0
        var failure: StoreError?
    }

    private let queue: DatabaseQueue
    private let window: Duration
    private let limit: Int
    private let writesPerCheckpoint = 1000
    private let makeRoom: @Sendable () -> Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - window: how long a commit may wait for company.
    ///   - limit: writes per transaction at most.
    ///   - makeRoom: asked for space when the disk is full; if it found some, the commit is tried once more.
    init(
        queue: DatabaseQueue, window: Duration = .milliseconds(2), limit: Int = 1000,
        makeRoom: @escaping @Sendable () -> Bool = { false }
    ) {
        self.queue = queue
        self.window = window
        self.limit = limit
        self.makeRoom = makeRoom
    }

    /// An input/output error seen earlier: from then on nothing is accepted, since nothing could be promised.
    var storageFailure: StoreError? { self.state.withLock(\.failure) }

    /// Runs `write` and returns once it is on the disk. An error of `write` undoes that write alone.
    func commit<Value: Sendable>(
        _ operation: String, _ write: @escaping Write<Value>
    ) async throws(StoreError) -> Value {
        let outcome = Outcome<Value>()
        let error = await withCheckedContinuation { (continuation: CheckedContinuation<StoreError?, Never>) in
            self.enqueue(
                Waiting(
                    write: { database in
                        do {
                            outcome.value.withLock { $0 = nil }
                            let value = try write(database)
                            outcome.value.withLock { $0 = value }
                        } catch let error as DatabaseError {
                            throw StoreError(error, operation)
                        }
                    },
                    resume: { continuation.resume(returning: $0) }))
        }
        if let error { throw error }
        guard let value = outcome.value.withLock({ $0 }) else {
            throw StoreError(.storageFailed, operation, "the write left no value", advice: "Please report this.")
        }
        return value
    }

    private func enqueue(_ waiting: Waiting) {
        let isTime = self.state.withLock { state in
            state.waiting.append(waiting)
            switch state.phase {
            case .committing: return false
            case .gathering(let wanted, _) where state.waiting.count < wanted: return false
            case .idle, .gathering:
                state.phase = .committing
                return true
            }
        }
        if isTime { self.commitNext() }
    }

    /// One commit after the other; in between the queue serves readers.
    private func commitNext() {
        self.queue.asyncWriteWithoutTransaction { database in
            let start = ContinuousClock.now
            // The writes are gone before anybody resumes: nothing that they hold outlives the call.
            let outcomes = self.commitBatch(in: database)
            let patience = min(self.window, ContinuousClock.now - start)
            // Who writes at the same time: those of this commit and those that gathered meanwhile.
            let company = outcomes.count + self.state.withLock { $0.waiting.count }
            for (resume, error) in outcomes { resume(error) }
            self.checkpointIfDue(database)
            self.gather(company, patience)
        }
    }

    private func commitBatch(in database: Database) -> [(resume: @Sendable (StoreError?) -> Void, error: StoreError?)] {
        let batch = self.state.withLock { state in
            let batch = Array(state.waiting.prefix(self.limit))
            state.waiting.removeFirst(batch.count)
            state.sinceCheckpoint += batch.count
            return batch
        }
        return zip(batch, self.execute(batch, in: database)).map { ($0.resume, $1) }
    }

    /// Begins the next commit as soon as as many have come as wrote together last, or the patience is over.
    private func gather(_ wanted: Int, _ patience: Duration) {
        let round = self.state.withLock { state -> Int? in
            if state.waiting.isEmpty, wanted <= 1 {
                state.phase = .idle
                return nil
            }
            state.round += 1
            state.phase = .gathering(wanted: wanted, round: state.round)
            return state.round
        }
        guard let round else { return }
        guard self.state.withLock({ $0.waiting.count }) < wanted else { return self.endGathering(round) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(patience.microseconds))) {
            self.endGathering(round)
        }
    }

    private func endGathering(_ round: Int) {
        let isTime = self.state.withLock { state in
            guard case .gathering(_, round) = state.phase else { return false }
            state.phase = state.waiting.isEmpty ? .idle : .committing
            return !state.waiting.isEmpty
        }
        if isTime { self.commitNext() }
    }

    /// Folds the log into the file when nobody waits for it. SQLite's own checkpoint would do it within a COMMIT, and
    /// would keep its errors to itself.
    private func checkpointIfDue(_ database: Database) {
        let isDue = self.state.withLock { state in
            guard state.sinceCheckpoint >= self.writesPerCheckpoint, state.failure == nil else { return false }
            state.sinceCheckpoint = 0
            return true
        }
        guard isDue else { return }
        do {
            _ = try database.checkpoint(.passive)
        } catch {
            self.note(StoreError(error, "checkpoint"))
        }
    }

    /// After an input/output error nothing is accepted any more.
    func note(_ error: StoreError) {
        guard error.code == .storageFailed else { return }
        self.state.withLock { $0.failure = $0.failure ?? error }
    }

    private func execute(_ batch: [Waiting], in database: Database) -> [StoreError?] {
        if let failure = self.storageFailure { return batch.map { _ in failure } }
        do {
            do {
                return try Self.execute(batch, in: database)
            } catch  where StoreError(describing: error).code == .diskFull && self.makeRoom() {
                return try Self.execute(batch, in: database)
            }
        } catch {
            let error = StoreError(describing: error)
            self.note(error)
            return batch.map { _ in error }
        }
    }

    /// First all together; if one fails, all again, each behind a savepoint of its own.
    private static func execute(_ batch: [Waiting], in database: Database) throws -> [StoreError?] {
        do {
            try database.inTransaction(.immediate) {
                for waiting in batch { try waiting.write(database) }
                return .commit
            }
            return batch.map { _ in nil }
        } catch let error as StoreError where !error.isStorageWide {
            if batch.count == 1 { return [error] }
        }
        var errors = [StoreError?](repeating: nil, count: batch.count)
        try database.inTransaction(.immediate) {
            for (index, waiting) in batch.enumerated() {
                do {
                    try database.inSavepoint {
                        try waiting.write(database)
                        return .commit
                    }
                } catch let error as StoreError where !error.isStorageWide {
                    errors[index] = error
                }
            }
            return .commit
        }
        return errors
    }
}

/// Where a write leaves what it returns, until its commit is through.
private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

extension StoreError {
    /// Whether the error is one of the file rather than of a single write.
    fileprivate var isStorageWide: Bool { self.code == .storageFailed || self.code == .diskFull }

    fileprivate init(describing error: any Error) {
        self = (error as? StoreError) ?? StoreError(error, "commit")
    }

    /// What an error of SQLite means for a caller.
    init(_ error: any Error, _ operation: String) {
        guard let error = error as? DatabaseError else {
            self.init(.storageFailed, operation, "\(error)", advice: "Check the disk, then start the agent again.")
            return
        }
        let detail = error.message ?? error.resultCode.description
        switch error.resultCode {
        case _ where error.isForWantOfSpace:
            self.init(.diskFull, operation, detail, advice: "Free space on the disk of the state directory.")
        case .SQLITE_CONSTRAINT where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY:
            self.init(.notFound, operation, detail, advice: "The row it refers to does not exist.")
        case .SQLITE_CONSTRAINT:
            self.init(.duplicate, operation, detail, advice: "It is stored already, or breaks a rule of the table.")
        case .SQLITE_MISUSE:
            self.init(.closed, operation, detail, advice: "The file is closed; open the state directory again.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .storageFailed, operation, detail,
                advice: "Start the agent again: it moves the damaged file aside and keeps what can be read.")
        default:
            self.init(
                .storageFailed, operation, detail, advice: "Check disk and file system, then start the agent again.")
        }
    }
}

extension DatabaseError {
    /// No space for the file, or for the index of its write-ahead log.
    var isForWantOfSpace: Bool {
        self.resultCode == .SQLITE_FULL || self.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    }
}
