import GRDB
import Protocols

/// One row per run.
enum RunTable {
    static let create = """
        CREATE TABLE run (
            id                TEXT PRIMARY KEY NOT NULL,
            request_uuid      TEXT NOT NULL,
            quantity          TEXT NOT NULL,
            method            TEXT NOT NULL,
            state             TEXT NOT NULL CHECK (state IN (
                'queued', 'checking', 'running', 'awaiting operator', 'blocked', 'stopping', 'finishing',
                'outcome unknown', 'succeeded', 'failed', 'stopped')),
            reason            TEXT NOT NULL DEFAULT '',
            request           TEXT NOT NULL CHECK (json_valid(request)),
            plan              TEXT CHECK (plan IS NULL OR json_valid(plan)),
            memory            TEXT CHECK (memory IS NULL OR json_valid(memory)),
            created_utc       INTEGER NOT NULL,
            created_boot      TEXT NOT NULL,
            created_monotonic INTEGER NOT NULL,
            changed_utc       INTEGER NOT NULL,
            changed_boot      TEXT NOT NULL,
            changed_monotonic INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX run_unfinished ON run (request_uuid) WHERE state NOT IN ('succeeded', 'failed', 'stopped');
        CREATE INDEX run_state ON run (state);
        CREATE INDEX run_request ON run (request_uuid);
        """

    private static let insert = """
        INSERT INTO run (
            id, request_uuid, quantity, method, state, request, plan, memory,
            created_utc, created_boot, created_monotonic, changed_utc, changed_boot, changed_monotonic)
        VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let updateState = """
        UPDATE run SET state = ?, reason = ?, changed_utc = ?, changed_boot = ?, changed_monotonic = ? WHERE id = ?
        """

    private static let selectState = "SELECT state FROM run WHERE id = ?"
    private static let selectOne = "SELECT * FROM run WHERE id = ?"
    private static let selectForRequest = "SELECT * FROM run WHERE request_uuid = ? ORDER BY id"
    private static let selectNewest = "SELECT id FROM run ORDER BY id DESC LIMIT 8"

    private static let selectUnfinished = """
        SELECT * FROM run WHERE state NOT IN ('succeeded', 'failed', 'stopped') ORDER BY id
        """

    private static let selectPage = "SELECT * FROM run WHERE id < ? ORDER BY id DESC LIMIT ?"

    static func insert(_ run: RunRecord, in database: Database) throws {
        try database.run(
            self.insert,
            [
                run.id.description, run.requestID, run.quantity, run.method, run.request.text(), run.plan?.text(),
                run.memory?.text(), run.created.utc, run.created.boot, run.created.monotonic, run.changed.utc,
                run.changed.boot, run.changed.monotonic,
            ])
    }

    /// Moves a run along an arrow of its state machine. Where nothing follows, nobody needs to answer what it has asked.
    static func setState(
        _ id: UUIDv7, _ next: RunState, reason: String, at moment: Moment, in database: Database
    ) throws {
        let operation = "set run \(id) to “\(next.rawValue)”"
        guard let row = try database.row(self.selectState, [id.description]) else {
            throw StoreError.missing(operation)
        }
        let state: RunState = try row.state()
        guard state.canBecome(next) else {
            throw StoreError.illegal(operation, from: state.rawValue, to: next.rawValue)
        }
        try database.run(
            self.updateState, [next.rawValue, reason, moment.utc, moment.boot, moment.monotonic, id.description])
        if next.isFinal { try PromptTable.expireAll(of: id, at: moment, in: database) }
    }

    static func run(_ id: UUIDv7, in database: Database) throws -> RunRecord? {
        try database.row(self.selectOne, [id.description]).map(self.record)
    }

    static func runs(forRequest request: String, in database: Database) throws -> [RunRecord] {
        try database.rows(self.selectForRequest, [request]).map(self.record)
    }

    static func unfinished(in database: Database) throws -> [RunRecord] {
        try database.rows(self.selectUnfinished).map(self.record)
    }

    static func page(before id: UUIDv7?, limit: Int, in database: Database) throws -> [RunRecord] {
        try database.rows(self.selectPage, [id?.description ?? "g", limit]).map(self.record)
    }

    static func newestID(in database: Database) throws -> UUIDv7? {
        try database.rows(self.selectNewest).compactMap { UUIDv7(parsing: $0["id"] as String) }.max()
    }

    private static func record(_ row: Row) throws -> RunRecord {
        RunRecord(
            id: try row.id("id"), requestID: row["request_uuid"], quantity: row["quantity"], method: row["method"],
            state: try row.state(), reason: row["reason"], request: try row.json("request") ?? .null,
            plan: try row.json("plan"), memory: try row.json("memory"), created: row.moment("created"),
            changed: row.moment("changed"))
    }
}
