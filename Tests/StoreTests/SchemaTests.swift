import Foundation
import GRDB
import Protocols
import Store
import Testing

/// R28: files of every earlier version open; those of later ones are left alone.
@Suite struct SchemaTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas")

    @Test func `a journal of each earlier version is brought up to date with all it holds`() async throws {
        let present = try Self.version(of: Scratch())
        for version in 1..<present {
            let file = Self.folder.appending(path: "journal-\(version).sql")
            let sql = try String(contentsOf: file, encoding: .utf8)
            let scratch = try Scratch()
            try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
            try await DatabaseQueue(path: scratch.url("journal.sqlite").path).write { try $0.execute(sql: sql) }
            do {
                let journal = try scratch.journal()
                #expect(journal.damage == nil, "\(version)")
                let item = try #require(try await journal.outboxPage().first)
                #expect(item.isIntact && item.state == .ready)
                #expect(try await journal.runs().map(\.state) == [.succeeded])
                #expect(try await journal.openPrompts().count == 1)
                #expect(try await journal.calibrations().map(\.value) == (version < 6 ? [] : [1.01]))
                #expect(try await journal.integrityFindings() == [])
                #expect(journal.ids.make() > item.id)
                try await journal.noteIncident(.loss, [:])
                try await journal.close()
            }
            #expect(try Self.version(of: scratch) == present)
        }
    }

    @Test func `a byte that turns the version into nonsense is damage, not the future`() async throws {
        let scratch = try Scratch()
        do {
            let journal = try scratch.journal()
            try await journal.enqueue(journal.makeResult())
            try await journal.close()
        }
        for (pragma, value) in [("user_version", 33_554_434), ("user_version", 0), ("application_id", 7)] {
            try await DatabaseQueue(path: scratch.url("journal.sqlite").path).write {
                try $0.execute(sql: "PRAGMA \(pragma) = \(value)")
            }
            let journal = try scratch.journal()
            #expect(journal.damage?.salvagedRows["result"] == 1, "\(pragma) \(value)")
            try await journal.close()
        }
    }

    private static func version(of scratch: Scratch) throws -> Int {
        _ = try scratch.journal()
        return try DatabaseQueue(path: scratch.url("journal.sqlite").path).read {
            try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0
        }
    }
}
