import GRDB
import Protocols

/// The broker's two databases: the main one with the tables of FINALES, and the users.
///
/// Every table and column is named and filled as FINALES 2 does, so that its archiver and other readers of the file
/// find what they expect. Ours are only indexes, and one table of idempotency keys.
struct RecordBook: Sendable {
    let records: DatabaseQueue
    let users: DatabaseQueue
    let clock: BrokerClock

    /// Opens both databases, creates what is missing and plants the seed.
    ///
    /// - Parameter path: file of the main database; nil keeps both in memory.
    init(path: String?, clock: BrokerClock) throws {
        var settings = Configuration()
        settings.foreignKeysEnabled = false  // as in the original: the posting tenant need not exist
        settings.label = "broker"
        if let path {
            settings.prepareDatabase { database in
                // The original keeps a rollback journal; WAL reads the same and writes several times faster.
                // Identifiers are random, so every row touches pages all over the file: checkpoints are made rare.
                try database.execute(
                    sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000"
                )
            }
            self.records = try DatabaseQueue(path: path, configuration: settings)
            self.users = try DatabaseQueue(path: Self.userPath(beside: path), configuration: settings)
        } else {
            self.records = try DatabaseQueue(configuration: settings)
            self.users = try DatabaseQueue(configuration: settings)
        }
        self.clock = clock
        try self.records.write { try $0.execute(sql: RecordLayout.main) }
        try self.users.write { try $0.execute(sql: RecordLayout.users) }
    }

    /// A fresh identifier, as 32 digits.
    static func newUUID() -> FinalesUUID {
        var generator = SystemRandomNumberGenerator()
        return FinalesUUID(random: &generator)
    }

    private static func userPath(beside path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "users.db" }
        return path[...slash] + "users.db"
    }
}

extension JSONValue {
    /// Reads a column that holds JSON as Python writes it.
    init(column text: String) throws { self = try JSONValue(parsing: text, depthLimit: 1000, allowsNaN: true) }
}

extension FinalesUUID {
    /// A column of 32 digits, as it looks on the wire.
    static func wire(_ column: String) -> String { (try? FinalesUUID(parsing: column))?.description ?? column }
}
