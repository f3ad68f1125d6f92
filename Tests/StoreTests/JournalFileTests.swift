import CStorageFaults
import Foundation
import GRDB
import Protocols
import Store
import Testing
import Trials

@Suite struct JournalFileTests {
    @Test func `the file is in WAL mode with its own application id and strict tables`() async throws {
        let scratch = try Scratch()
        let journal = try scratch.journal()
        _ = try await journal.makeRun()
        try await journal.close()
        let queue = try DatabaseQueue(path: scratch.url("journal.sqlite").path)
        try await queue.read { database in
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
            #expect(try Int.fetchOne(database, sql: "PRAGMA application_id") == 0x4564_674A)
            #expect(try Int.fetchOne(database, sql: "PRAGMA user_version") == 7)
            let loose = try String.fetchAll(
                database,
                sql: "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main'")
            #expect(loose.filter { !$0.hasPrefix("sqlite_") } == [])
        }
    }

    @Test func `what was acknowledged is there after the process is gone without closing`() async throws {
        let scratch = try Scratch()
        let run: UUIDv7
        do {
            let journal = try scratch.journal()
            run = try await journal.makeRun()
            try await journal.setRunState(run, .checking, reason: "looking at the stock")
        }
        let journal = try scratch.journal()
        let record = try await journal.run(run)
        #expect(record?.state == .checking)
        #expect(record?.reason == "looking at the stock")
        #expect(!journal.hadCleanShutdown)
    }

    @Test func `a clean end is told from an unclean one`() async throws {
        let scratch = try Scratch()
        do {
            let journal = try scratch.journal()
            #expect(journal.hadCleanShutdown)
            try await journal.close()
        }
        do {
            let journal = try scratch.journal()
            #expect(journal.hadCleanShutdown)
        }
        #expect(try !scratch.journal().hadCleanShutdown)
    }

    @Test func `a newer schema is refused politely and left as it is`() async throws {
        let scratch = try Scratch()
        try await scratch.journal().close()
        let path = scratch.url("journal.sqlite").path
        try await DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 999") }
        let error = #expect(throws: StoreError.self) { try scratch.journal() }
        #expect(error?.code == .newerSchema)
        #expect(error?.detail.contains("999") == true)
        let version = try await DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(version == 999)
    }

    @Test func `another program's database is refused and left as it is`() async throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        try await DatabaseQueue(path: directory.journalPath).write { try $0.execute(sql: "CREATE TABLE song (title)") }
        let error = #expect(throws: StoreError.self) { try Journal(in: directory) }
        #expect(error?.code == .cannotOpen)
        #expect(FileManager.default.fileExists(atPath: directory.journalPath))
    }

    @Test func `a file of garbage is moved aside and a new one begun`() async throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        let garbage = Data((0..<20_000).map { _ in UInt8.random(in: 0...255) })
        try garbage.write(to: scratch.url("journal.sqlite"))
        let journal = try Journal(in: directory)
        let damage = try #require(journal.damage)
        #expect(damage.description.contains("journal.sqlite"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: damage.movedTo)) == garbage)
        _ = try await journal.makeRun()
    }

    @Test func `rows of a file with a lost header are salvaged`() async throws {
        let scratch = try Scratch()
        try await Self.fill(scratch, count: 200)
        let handle = try FileHandle(forWritingTo: scratch.url("journal.sqlite"))
        try handle.write(contentsOf: Data(count: 100))
        try handle.close()
        let journal = try scratch.journal()
        #expect(journal.damage?.salvagedRows["outbox"] == 200)
        #expect(try await journal.outboxCounts()[.ambiguous] == 200)
        #expect(try await journal.integrityFindings() == [])
    }

    @Test func `a copy taken in the middle of writing holds every acknowledged row`() async throws {
        let scratch = try Scratch()
        let journal = try scratch.journal()
        // From now on writes are counted.
        storage_freeze()
        storage_thaw()
        for round in Trials.seeds("R15", 8, soak: 200) {
            let acknowledged = Acknowledged()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        for _ in 0..<20 {
                            let result = journal.makeResult(request: UUID().uuidString)
                            try await journal.enqueue(result)
                            await acknowledged.add(result.id)
                        }
                    }
                }
                group.addTask {
                    // A power cut keeps the file and its log as they were at one moment, not the shared memory. What was
                    // acknowledged before must be in them.
                    while await acknowledged.ids.count < 15 { await Task.yield() }
                    let before = await acknowledged.ids
                    let copy = try Scratch()
                    try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
                    #expect(try Self.snapshot(scratch, to: copy) > 0, "writes were not held up")
                    let copied = try copy.journal()
                    #expect(copied.damage == nil)
                    #expect(try await copied.integrityFindings() == [])
                    for id in before { #expect(try await copied.outboxItem(id) != nil, "round \(round)") }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a backup is a journal of its own`() async throws {
        let scratch = try Scratch()
        let journal = try scratch.journal()
        let run = try await journal.makeRun()
        let copy = try Scratch()
        let directory = try copy.directory()
        try await journal.backUp(to: directory.journalPath)
        #expect(try await Journal(in: directory).run(run) != nil)
    }

    /// Clones both files while nothing is written.
    ///
    /// - Returns: how many writes there were before.
    private static func snapshot(_ scratch: Scratch, to copy: Scratch) throws -> Int {
        var contents: [String: Data] = [:]
        storage_freeze()
        for name in ["journal.sqlite", "journal.sqlite-wal"] {
            contents[name] = FileManager.default.contents(atPath: scratch.url(name).path)
        }
        let writes = storage_thaw()
        for (name, bytes) in contents { try bytes.write(to: copy.url(name)) }
        return writes
    }

    private actor Acknowledged {
        var ids: [UUIDv7] = []
        func add(_ id: UUIDv7) { self.ids.append(id) }
    }

    private static func fill(_ scratch: Scratch, count: Int) async throws {
        let journal = try scratch.journal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                group.addTask {
                    try await journal.enqueue(journal.makeResult(request: UUID().uuidString, value: Double(index)))
                }
            }
            try await group.waitForAll()
        }
        try await journal.close()
    }
}
