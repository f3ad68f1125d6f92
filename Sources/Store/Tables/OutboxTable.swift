import GRDB

/// One row per result on its way to the broker. Times to wait for are on the boot's own clock: of another boot, they
/// are over. Lists leave out rows that do not read back, so that one of them holds up no other; `verify` names them.
enum OutboxTable {
    static let create = """
        CREATE TABLE outbox (
            result            TEXT PRIMARY KEY NOT NULL REFERENCES result (id),
            request_uuid      TEXT NOT NULL,
            state             TEXT NOT NULL CHECK (state IN (
                'ready', 'sending', 'ambiguous', 'delivered', 'conflict', 'quarantined')),
            attempt           INTEGER NOT NULL DEFAULT 0,
            settled_monotonic INTEGER NOT NULL DEFAULT 0,
            next_monotonic    INTEGER NOT NULL DEFAULT 0,
            next_boot         TEXT NOT NULL DEFAULT '',
            broker_result     TEXT,
            reason            TEXT NOT NULL DEFAULT '',
            last_status       INTEGER,
            last_status_count INTEGER NOT NULL DEFAULT 0,
            changed_utc       INTEGER NOT NULL,
            changed_boot      TEXT NOT NULL,
            changed_monotonic INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX outbox_state ON outbox (state, result);
        CREATE INDEX outbox_request ON outbox (request_uuid, state, result);
        """

    private static let insert = """
        INSERT INTO outbox (result, request_uuid, state, changed_utc, changed_boot, changed_monotonic)
        VALUES (?, ?, 'ready', ?, ?, ?)
        """

    private static let selectState = "SELECT state FROM outbox WHERE result = ?"

    private static let updateState = """
        UPDATE outbox SET
            state = ?, reason = ?, broker_result = ifnull(?, broker_result),
            attempt = attempt + ?, settled_monotonic = ?, next_monotonic = ?, next_boot = ?,
            changed_utc = ?, changed_boot = ?, changed_monotonic = ?
        WHERE result = ?
        """

    private static let updateStatus = """
        UPDATE outbox SET
            last_status_count = CASE WHEN ?1 IS NULL THEN 0 WHEN last_status IS ?1 THEN last_status_count + 1 ELSE 1 END,
            last_status = ?1
        WHERE result = ?2
        """

    /// After a restart every post that was under way is unclear, and may still be in the broker's hands.
    private static let interruptSending = """
        UPDATE outbox SET
            state = 'ambiguous', reason = 'the agent ended while it was being posted',
            settled_monotonic = ?, next_monotonic = 0, next_boot = ?,
            changed_utc = ?, changed_boot = ?, changed_monotonic = ?
        WHERE state = 'sending'
        """

    /// A row that was salvaged may be older than the last thing that happened to it.
    private static let doubt = """
        UPDATE outbox SET
            state = 'ambiguous', reason = 'salvaged from a damaged file; looked up before it is posted',
            settled_monotonic = 0, next_monotonic = 0, next_boot = '', last_status = NULL, last_status_count = 0,
            changed_utc = ?, changed_boot = ?, changed_monotonic = ?
        WHERE state IN ('ready', 'sending')
        """

    private static let releaseWaiting = """
        UPDATE outbox SET next_monotonic = 0 WHERE state IN ('ready', 'ambiguous') AND next_monotonic > 0
        """

    private static let columns = """
        outbox.*, result.run, result.quantity, result.method, result.payload, result.sha256, result.crc32c,
        result.created_utc, result.created_boot, result.created_monotonic
        """

    private static let selectOne = """
        SELECT \(columns) FROM outbox JOIN result ON result.id = outbox.result WHERE outbox.result = ?
        """

    private static let selectAll = """
        SELECT \(columns) FROM outbox JOIN result ON result.id = outbox.result ORDER BY outbox.result
        """

    private static let selectPage = """
        SELECT \(columns) FROM outbox JOIN result ON result.id = outbox.result
        WHERE outbox.result > ? ORDER BY outbox.result LIMIT ?
        """

    private static let selectNewest = """
        SELECT \(columns) FROM outbox JOIN result ON result.id = outbox.result ORDER BY outbox.result DESC LIMIT ?
        """

    private static let selectPageOfState = """
        SELECT \(columns) FROM outbox JOIN result ON result.id = outbox.result
        WHERE outbox.state = ? AND outbox.result > ? ORDER BY outbox.result LIMIT ?
        """

    /// The oldest ready result of each request that has none under way.
    private static let selectDueReady = """
        SELECT \(columns) FROM outbox JOIN result ON result.id = outbox.result
        WHERE outbox.state = 'ready' AND (outbox.next_boot <> ?1 OR outbox.next_monotonic <= ?2)
            AND NOT EXISTS (
                SELECT 1 FROM outbox AS other
                WHERE other.request_uuid = outbox.request_uuid
                    AND (other.state IN ('sending', 'ambiguous')
                        OR (other.state = 'ready' AND other.result < outbox.result)))
        ORDER BY outbox.result LIMIT ?3
        """

    private static let selectDueAmbiguous = """
        SELECT \(columns) FROM outbox JOIN result ON result.id = outbox.result
        WHERE outbox.state = 'ambiguous'
            AND (outbox.next_boot <> ?1 OR max(outbox.next_monotonic, outbox.settled_monotonic) <= ?2)
        ORDER BY outbox.result LIMIT ?3
        """

    private static let selectEarliest = """
        SELECT min(max(next_monotonic, CASE state WHEN 'ambiguous' THEN settled_monotonic ELSE 0 END)) AS earliest
        FROM outbox WHERE state IN ('ready', 'ambiguous') AND next_boot = ?
        """

    private static let selectCounts = "SELECT state, count(*) AS count FROM outbox GROUP BY state"

    static func insert(_ result: WrittenResult, at moment: Moment, in database: Database) throws {
        try database.run(self.insert, [result.id, result.requestID, moment.utc, moment.boot, moment.monotonic])
    }

    /// What changes along with a state.
    struct Change {
        var reason = ""
        var brokerResultID: String?
        /// When it is looked at again.
        var next: Duration = .zero
        /// How long the broker may still be working on it.
        var settle: Duration = .zero
    }

    static func setState(
        _ id: UUIDv7, _ next: OutboxState, _ change: Change = Change(), at moment: Moment, in database: Database
    ) throws {
        let operation = "set result \(id) to “\(next.rawValue)”"
        guard let row = try database.row(self.selectState, [id.description]) else {
            throw StoreError.missing(operation)
        }
        let state: OutboxState = try row.state()
        guard state.canBecome(next) else {
            throw StoreError.illegal(operation, from: state.rawValue, to: next.rawValue)
        }
        try database.run(
            self.updateState,
            [
                next.rawValue, change.reason, change.brokerResultID, next == .sending ? 1 : 0,
                moment.advanced(by: change.settle).monotonic, moment.advanced(by: change.next).monotonic, moment.boot,
                moment.utc, moment.boot, moment.monotonic, id.description,
            ])
    }

    /// Counts how often in a row the broker gave the same unclear status; nil begins anew.
    static func noteStatus(_ status: Int?, of id: UUIDv7, in database: Database) throws {
        try database.run(self.updateStatus, [status, id.description])
    }

    static func interruptSending(settle: Duration, at moment: Moment, in database: Database) throws -> Int {
        try database.run(
            self.interruptSending,
            [moment.advanced(by: settle).monotonic, moment.boot, moment.utc, moment.boot, moment.monotonic])
    }

    static func doubt(at moment: Moment, in database: Database) throws {
        try database.run(self.doubt, [moment.utc, moment.boot, moment.monotonic])
    }

    static func releaseWaiting(in database: Database) throws {
        try database.run(self.releaseWaiting)
    }

    static func item(_ id: UUIDv7, in database: Database) throws -> OutboxItem? {
        try database.row(self.selectOne, [id.description]).map(self.item)
    }

    static func page(
        after id: UUIDv7?, state: OutboxState?, limit: Int, in database: Database
    ) throws -> [OutboxItem] {
        let start = id?.description ?? ""
        let rows =
            if let state {
                try database.rows(self.selectPageOfState, [state.rawValue, start, limit])
            } else {
                try database.rows(self.selectPage, [start, limit])
            }
        return rows.compactMap { try? self.item($0) }
    }

    static func newest(limit: Int, in database: Database) throws -> [OutboxItem] {
        try database.rows(self.selectNewest, [limit]).compactMap { try? self.item($0) }
    }

    /// Bytes of payloads after which a page for the delivery ends.
    private static let pageSize = 4_000_000

    static func due(_ state: OutboxState, at moment: Moment, limit: Int, in database: Database) throws -> [OutboxItem] {
        let sql = state == .ready ? self.selectDueReady : self.selectDueAmbiguous
        let cursor = try Row.fetchCursor(
            database.cachedStatement(sql: sql), arguments: [moment.boot, moment.monotonic, limit])
        var (items, size) = ([OutboxItem](), 0)
        while size < self.pageSize, let row = try cursor.next() {
            guard let item = try? self.item(row) else { continue }
            items.append(item)
            size += item.payload.utf8.count
        }
        return items
    }

    /// How long until the next item is due; nil if none waits.
    static func wait(at moment: Moment, in database: Database) throws -> Duration? {
        guard let earliest: Int64 = try database.row(self.selectEarliest, [moment.boot])?["earliest"] else {
            return nil
        }
        return .microseconds(max(0, earliest - moment.monotonic))
    }

    static func counts(in database: Database) throws -> OutboxCounts {
        var counts: [OutboxState: Int] = [:]
        for row in try database.rows(self.selectCounts) { counts[try row.state()] = row["count"] }
        return OutboxCounts(counts: counts)
    }

    static func verify(in database: Database) throws -> OutboxVerification {
        var (count, damaged) = (0, [String]())
        let cursor = try Row.fetchCursor(database, sql: self.selectAll)
        while let row = try cursor.next() {
            count += 1
            if (try? self.item(row))?.isIntact != true { damaged.append(row["result"]) }
        }
        return OutboxVerification(count: count, damaged: damaged)
    }

    private static func item(_ row: Row) throws -> OutboxItem {
        let payload: String = row["payload"]
        let checksum: Int64 = row["crc32c"]
        return OutboxItem(
            id: try row.id("result"), run: try row.optionalID("run"), requestID: row["request_uuid"],
            quantity: row["quantity"],
            method: row["method"], payload: payload, sha256: row["sha256"],
            isIntact: Int64(CRC32C.checksum(payload.utf8)) == checksum, state: try row.state(),
            attempt: row["attempt"], brokerResultID: row["broker_result"], reason: row["reason"],
            lastStatus: row["last_status"], lastStatusCount: row["last_status_count"],
            created: row.moment("created"), changed: row.moment("changed"))
    }
}
