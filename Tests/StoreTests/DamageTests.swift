import Foundation
import GRDB
import Protocols
import Store
import Testing
import Trials

/// R14: bytes that changed on the disk, logs that were cut, headers that are gone.
@Suite struct DamageTests {
    private static let count = 400

    @Test(arguments: Trials.seeds("R14", 16, soak: 200))
    func `of a file with changed bytes every row of an untouched page is kept`(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        try await Self.fill(scratch)
        let pages = try await Self.pages(of: "result", in: scratch)
        var bytes = try Data(contentsOf: scratch.url("journal.sqlite"))
        let size = 4096
        // One change, ten, or a hundred; now and then whole pages.
        var touched: Set<Int> = []
        for _ in 0..<([1, 10, 100].randomElement(using: &dice) ?? 1) {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            touched.insert(place / size + 1)
            let isWhole = Int.random(in: 0..<8, using: &dice) == 0
            for offset in isWhole ? place / size * size..<(place / size + 1) * size : place..<(place + 1) {
                bytes[offset] ^= UInt8.random(in: 1...255, using: &dice)
            }
        }
        try bytes.write(to: scratch.url("journal.sqlite"))

        let journal: Journal
        do {
            journal = try scratch.journal()
        } catch let error as StoreError where error.code == .newerSchema {
            return  // The byte that holds the version was hit, and now names the next one: left as it is.
        }
        let intact = pages.filter { !touched.contains($0.key) }.values.reduce(0, +)
        let kept = try await journal.verifyOutbox()
        if let damage = journal.damage {
            #expect(damage.salvagedRows["result", default: 0] >= intact, "seed \(seed): \(damage)")
            let original = scratch.url("journal.sqlite").path
            #expect(damage.file == original && damage.movedTo != original)
            #expect(FileManager.default.fileExists(atPath: damage.movedTo))
            let alarm = try #require(try await journal.openAlarm())
            #expect(alarm.contains("edge-agent incidents acknowledge"))
            #expect(try await journal.outboxCounts()[.ready] == 0, "looked up before they are posted again")
        } else {
            #expect(kept.count == Self.count, "seed \(seed)")
        }
        #expect(try await journal.integrityFindings() == [], "seed \(seed)")
        _ = try await journal.makeRun(request: "after")
        try await journal.enqueue(journal.makeResult(request: "after"))
    }

    @Test(arguments: [18, 19])
    func `a header that names a format of another SQLite is damage, not a want of rights`(byte: Int) async throws {
        let scratch = try Scratch()
        try await Self.fill(scratch)
        var bytes = try Data(contentsOf: scratch.url("journal.sqlite"))
        bytes[byte] ^= 0x10
        try bytes.write(to: scratch.url("journal.sqlite"))
        #expect(try #require(scratch.journal().damage).salvagedRows["result"] == Self.count)
    }

    @Test func `rows are found without the root of their table`() async throws {
        let scratch = try Scratch()
        try await Self.fill(scratch)
        var bytes = try Data(contentsOf: scratch.url("journal.sqlite"))
        let roots = try await Self.roots(in: scratch)
        for page in roots { bytes.replaceSubrange((page - 1) * 4096..<page * 4096, with: Data(count: 4096)) }
        try bytes.write(to: scratch.url("journal.sqlite"))
        let journal = try scratch.journal()
        let salvaged = try #require(journal.damage).salvagedRows
        #expect(salvaged["result"] == Self.count)
        #expect(try await journal.outboxCounts()[.ambiguous] == Self.count)
    }

    @Test(arguments: Trials.seeds("R14_LOG", 6, soak: 50))
    func `a log that was cut or changed after the agent was killed is noticed`(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        do {
            let journal = try scratch.journal()
            for index in 0..<40 { try await journal.enqueue(journal.makeResult(request: "r\(index)")) }
            // As a kill leaves them: copied while they are in use.
            try FileManager.default.createDirectory(atPath: scratch.path + "/left", withIntermediateDirectories: true)
            for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "lock"] {
                try FileManager.default.copyItem(at: scratch.url(name), to: scratch.url("left/\(name)"))
            }
        }
        let left = scratch.path + "/left"
        let log = URL(fileURLWithPath: left + "/journal.sqlite-wal")
        var bytes = try Data(contentsOf: log)
        let place = Int.random(in: 0..<(bytes.count - 4096), using: &dice)
        if seed % 2 == 0 { bytes.removeLast(bytes.count - place) } else { bytes[place] ^= 0x40 }
        try bytes.write(to: log)

        let journal = try Journal(in: StateDirectory(path: left))
        let damage = try #require(journal.damage, "seed \(seed)")
        #expect(damage.finding.contains("write-ahead log"), "seed \(seed): \(damage.finding)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: damage.movedTo + "-wal")) == bytes, "kept as it was found")
        #expect(try await journal.openAlarm() != nil)
    }

    @Test func `a killed agent's log alone is no damage`() async throws {
        let scratch = try Scratch()
        do {
            let journal = try scratch.journal()
            for index in 0..<10 { try await journal.enqueue(journal.makeResult(request: "r\(index)")) }
            try FileManager.default.createDirectory(atPath: scratch.path + "/left", withIntermediateDirectories: true)
            for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "lock"] {
                try FileManager.default.copyItem(at: scratch.url(name), to: scratch.url("left/\(name)"))
            }
        }
        let journal = try Journal(in: StateDirectory(path: scratch.path + "/left"))
        #expect(journal.damage == nil)
        #expect(try await journal.outboxCounts()[.ready] == 10)
    }

    @Test func `an alarm stays over restarts until somebody acknowledges it`() async throws {
        let scratch = try Scratch()
        try await Self.fill(scratch)
        try Data(count: 8192).write(to: scratch.url("journal.sqlite"))
        _ = try await scratch.journal().close()
        let journal = try scratch.journal()
        #expect(journal.damage == nil)
        let watch = MachineWatch(journal: journal, policy: .init())
        _ = await watch.look()
        #expect(watch.obstacle?.contains("was damaged") == true)
        let incident = try #require(try await journal.incidents().first)
        try await journal.acknowledge(incident.id, by: "tester")
        _ = await watch.look()
        #expect(watch.obstacle == nil)
        await #expect(throws: StoreError.self) { try await journal.acknowledge(incident.id, by: "bob") }
        #expect(try await journal.auditEntries().map(\.act) == ["acknowledge incident"])
    }

    @Test func `an exchange of files that was cut short is finished at the next start`() async throws {
        let scratch = try Scratch()
        try await Self.fill(scratch)
        let files = FileManager.default
        // As after a crash between two renames: the new file is complete, the old one still in its place.
        try files.copyItem(at: scratch.url("journal.sqlite"), to: scratch.url("journal.sqlite.salvaged"))
        try Data(count: 8192).write(to: scratch.url("journal.sqlite"))
        let journal = try scratch.journal()
        #expect(try await journal.outboxCounts()[.ready] == Self.count)
        #expect(try files.contentsOfDirectory(atPath: scratch.path + "/damaged").count == 1)
        #expect(!files.fileExists(atPath: scratch.path + "/journal.sqlite.salvaged"))
    }

    private static func fill(_ scratch: Scratch) async throws {
        let journal = try scratch.journal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<Self.count {
                group.addTask {
                    try await journal.enqueue(
                        journal.makeResult(request: UUID().uuidString, value: Double(index), size: 200))
                }
            }
            try await group.waitForAll()
        }
        try await journal.close()
    }

    /// How many rows of a table stand on each of its pages, as SQLite itself says.
    private static func pages(of table: String, in scratch: Scratch) async throws -> [Int: Int] {
        try await DatabaseQueue(path: scratch.url("journal.sqlite").path).read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT pageno, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf'",
                arguments: [table])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["pageno"], $0["ncell"]) })
        }
    }

    private static func roots(in scratch: Scratch) async throws -> [Int] {
        try await DatabaseQueue(path: scratch.url("journal.sqlite").path).read { database in
            try Int.fetchAll(
                database, sql: "SELECT rootpage FROM sqlite_schema WHERE name IN ('result', 'outbox')")
        }
    }
}
