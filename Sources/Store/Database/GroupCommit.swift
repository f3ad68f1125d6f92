import GRDB
import Synchronization

/// Lets writers that come at the same time share one COMMIT, hence one fsync. A caller resumes after it.
///
/// While a commit is under way the next writes gather. If the last commit carried several, the next one waits for as
/// many again, but not longer than `window`; a lone writer therefore waits for nobody.
actor GroupCommit {
    /// Runs inside the shared transaction. It may be run twice, so it must do nothing but read and write the database.
    typealias Write<Value> = @Sendable (Database) throws -> Value

    private struct Waiting: Sendable {
        let write: Write<Void>
        let resume: @Sendable (StoreError?) -> Void
    }

    private let queue: DatabaseQueue
    private let window: Duration
    private let limit: Int
    private var waiting: [Waiting] = []
    private var isDraining = false
    private var expected = 1
    private var gathering: CheckedContinuation<Void, Never>?
    private var failure: StoreError?

    /// - Parameters:
    ///   - window: how long a commit may wait for company.
    ///   - limit: writes per transaction at most.
    init(queue: DatabaseQueue, window: Duration = .milliseconds(2), limit: Int = 1000) {
        self.queue = queue
        self.window = window
        self.limit = limit
    }

    /// An input/output error seen earlier: from then on nothing is accepted, since nothing could be promised.
    var storageFailure: StoreError? { self.failure }

    /// Runs `write` and returns once it is on the disk. An error of `write` undoes that write alone.
    func commit<Value: Sendable>(
        _ operation: String, _ write: @escaping Write<Value>
    ) async throws(StoreError) -> Value {
        if let failure { throw failure }
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
        self.waiting.append(waiting)
        if !self.isDraining {
            self.isDraining = true
            Task { await self.drain() }
        } else if self.waiting.count >= self.expected {
            self.endGathering()
        }
    }

    private func drain() async {
        while !self.waiting.isEmpty {
            if self.waiting.count < self.expected { await self.gather() }
            let batch = Array(self.waiting.prefix(self.limit))
            self.waiting.removeFirst(batch.count)
            let errors = await self.execute(batch)
            self.expected = min(batch.count, self.limit)
            for (waiting, error) in zip(batch, errors) { waiting.resume(error) }
        }
        self.isDraining = false
    }

    private func gather() async {
        let timer = Task {
            try? await Task.sleep(for: self.window)
            if !Task.isCancelled { self.endGathering() }
        }
        await withCheckedContinuation { self.gathering = $0 }
        timer.cancel()
    }

    private func endGathering() {
        self.gathering?.resume()
        self.gathering = nil
    }

    private func execute(_ batch: [Waiting]) async -> [StoreError?] {
        if let failure { return batch.map { _ in failure } }
        do {
            return try await self.queue.writeWithoutTransaction { database in
                try Self.execute(batch, in: database)
            }
        } catch {
            let error = (error as? StoreError) ?? StoreError(error, "commit")
            if error.code == .storageFailed { self.failure = error }
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

    /// What an error of SQLite means for a caller.
    init(_ error: any Error, _ operation: String) {
        guard let error = error as? DatabaseError else {
            self.init(.storageFailed, operation, "\(error)", advice: "Check the disk, then start the agent again.")
            return
        }
        let detail = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_FULL:
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
