import GRDB
import Protocols

/// One row per step of a run.
enum StepTable {
    static let create = """
        CREATE TABLE step (
            run                TEXT NOT NULL REFERENCES run (id),
            position           INTEGER NOT NULL CHECK (position >= 0),
            kind               TEXT NOT NULL,
            description        TEXT NOT NULL CHECK (json_valid(description)),
            repeatable         INTEGER NOT NULL CHECK (repeatable IN (0, 1)),
            state              TEXT NOT NULL CHECK (state IN ('intent', 'sent', 'done', 'refused', 'unknown')),
            outcome            TEXT CHECK (outcome IS NULL OR json_valid(outcome)),
            attempt            INTEGER NOT NULL DEFAULT 1,
            intended_utc       INTEGER NOT NULL,
            intended_boot      TEXT NOT NULL,
            intended_monotonic INTEGER NOT NULL,
            changed_utc        INTEGER NOT NULL,
            changed_boot       TEXT NOT NULL,
            changed_monotonic  INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT
        """

    private static let insert = """
        INSERT INTO step (
            run, position, kind, description, repeatable, state,
            intended_utc, intended_boot, intended_monotonic, changed_utc, changed_boot, changed_monotonic)
        VALUES (?, ?, ?, ?, ?, 'intent', ?, ?, ?, ?, ?, ?)
        """

    private static let beginAgain = """
        UPDATE step SET
            state = 'intent', kind = ?, description = ?, outcome = NULL, attempt = attempt + 1,
            intended_utc = ?, intended_boot = ?, intended_monotonic = ?,
            changed_utc = ?, changed_boot = ?, changed_monotonic = ?
        WHERE run = ? AND position = ?
        """

    private static let updateState = """
        UPDATE step SET state = ?, outcome = ifnull(?, outcome), changed_utc = ?, changed_boot = ?, changed_monotonic = ?
        WHERE run = ? AND position = ?
        """

    private static let selectOne = "SELECT * FROM step WHERE run = ? AND position = ?"
    private static let selectAll = "SELECT * FROM step WHERE run = ? ORDER BY position"

    /// Commits the intent. A step that is there already is begun again if that can do no harm.
    ///
    /// - Parameter isVerified: whether it has been found out how far an earlier attempt came, and that it is to be begun
    ///   again.
    static func begin(_ step: StepRecord, isVerified: Bool, in database: Database) throws {
        let operation = "begin step \(step.index) of run \(step.run)"
        guard let present = try self.step(step.index, of: step.run, in: database) else {
            try database.run(
                self.insert,
                [
                    step.run.description, step.index, step.kind, step.description.text(), step.isRepeatable,
                    step.intended.utc, step.intended.boot, step.intended.monotonic, step.changed.utc,
                    step.changed.boot, step.changed.monotonic,
                ])
            return
        }
        let isHarmless =
            switch present.state {
            case .refused: true
            case .done: isVerified && present.isRepeatable
            case .unknown: isVerified || present.isRepeatable
            case .intent, .sent: present.isRepeatable
            }
        guard isHarmless, present.isRepeatable == step.isRepeatable else {
            throw StoreError.illegal(operation, from: present.state.rawValue, to: StepState.intent.rawValue)
        }
        try database.run(
            self.beginAgain,
            [
                step.kind, step.description.text(), step.intended.utc, step.intended.boot, step.intended.monotonic,
                step.changed.utc, step.changed.boot, step.changed.monotonic, step.run.description, step.index,
            ])
    }

    static func setState(
        _ index: Int, of run: UUIDv7, _ next: StepState, outcome: JSONValue?, at moment: Moment, in database: Database
    ) throws {
        let operation = "set step \(index) of run \(run) to “\(next.rawValue)”"
        guard let present = try self.step(index, of: run, in: database) else { throw StoreError.missing(operation) }
        guard present.state.canBecome(next) else {
            throw StoreError.illegal(operation, from: present.state.rawValue, to: next.rawValue)
        }
        try database.run(
            self.updateState,
            [next.rawValue, outcome?.text(), moment.utc, moment.boot, moment.monotonic, run.description, index])
    }

    static func steps(of run: UUIDv7, in database: Database) throws -> [StepRecord] {
        try database.rows(self.selectAll, [run.description]).map(self.record)
    }

    private static func step(_ index: Int, of run: UUIDv7, in database: Database) throws -> StepRecord? {
        try database.row(self.selectOne, [run.description, index]).map(self.record)
    }

    private static func record(_ row: Row) throws -> StepRecord {
        StepRecord(
            run: try row.id("run"), index: row["position"], kind: row["kind"],
            description: try row.json("description") ?? .null, isRepeatable: row["repeatable"],
            state: try row.state(), outcome: try row.json("outcome"), attempt: row["attempt"],
            intended: row.moment("intended"), changed: row.moment("changed"))
    }
}
