import GRDB
import Protocols

/// One row per question to an operator.
enum PromptTable {
    static let create = """
        CREATE TABLE prompt (
            id                TEXT PRIMARY KEY NOT NULL,
            run               TEXT REFERENCES run (id),
            question          TEXT NOT NULL CHECK (json_valid(question)),
            state             TEXT NOT NULL CHECK (state IN ('asked', 'answered', 'expired')),
            answer            TEXT CHECK (answer IS NULL OR json_valid(answer)),
            answered_by       TEXT NOT NULL DEFAULT '',
            due_utc           INTEGER,
            asked_utc         INTEGER NOT NULL,
            asked_boot        TEXT NOT NULL,
            asked_monotonic   INTEGER NOT NULL,
            changed_utc       INTEGER NOT NULL,
            changed_boot      TEXT NOT NULL,
            changed_monotonic INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX prompt_state ON prompt (state, id);
        """

    static let indexByRun = "CREATE INDEX prompt_run ON prompt (run, id)"

    /// What a question is about, of which only one may wait; and how often people were told of it.
    static let subjects = [
        "ALTER TABLE prompt ADD COLUMN subject TEXT",
        "ALTER TABLE prompt ADD COLUMN notices INTEGER NOT NULL DEFAULT 0",
        "CREATE UNIQUE INDEX prompt_open_subject ON prompt (subject) WHERE state = 'asked'",
        "CREATE INDEX prompt_subject ON prompt (subject, id) WHERE subject IS NOT NULL",
    ]

    private static let insert = """
        INSERT INTO prompt (
            id, run, question, state, due_utc, subject,
            asked_utc, asked_boot, asked_monotonic, changed_utc, changed_boot, changed_monotonic)
        VALUES (?, ?, ?, 'asked', ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let end = """
        UPDATE prompt SET
            state = ?, answer = ?, answered_by = ?, changed_utc = ?, changed_boot = ?, changed_monotonic = ?
        WHERE id = ? AND state = 'asked'
        """

    private static let expireAll = """
        UPDATE prompt SET state = 'expired', changed_utc = ?, changed_boot = ?, changed_monotonic = ?
        WHERE run = ? AND state = 'asked'
        """

    private static let countNotice = "UPDATE prompt SET notices = ? WHERE id = ? AND notices < ?"
    private static let selectAbout = "SELECT * FROM prompt WHERE subject = ? ORDER BY id DESC LIMIT 1"
    private static let selectOfRun = "SELECT * FROM prompt WHERE run = ? ORDER BY id DESC LIMIT 1"
    private static let selectOne = "SELECT * FROM prompt WHERE id = ?"
    private static let selectOpen = "SELECT * FROM prompt WHERE state = 'asked' ORDER BY id"
    private static let selectPage = "SELECT * FROM prompt WHERE id < ? ORDER BY id DESC LIMIT ?"

    private static let selectNewest = "SELECT id FROM prompt ORDER BY id DESC LIMIT 8"

    static func newestID(in database: Database) throws -> UUIDv7? {
        try database.rows(self.selectNewest).compactMap { UUIDv7(parsing: $0["id"] as String) }.max()
    }

    static func insert(_ prompt: Prompt, in database: Database) throws {
        try database.run(
            self.insert,
            [
                prompt.id.description, prompt.run?.description, prompt.question.text(), prompt.due, prompt.subject,
                prompt.asked.utc, prompt.asked.boot, prompt.asked.monotonic, prompt.changed.utc,
                prompt.changed.boot, prompt.changed.monotonic,
            ])
    }

    static func end(
        _ id: UUIDv7, _ state: Prompt.State, answer: JSONValue?, by person: String, at moment: Moment,
        in database: Database
    ) throws {
        let operation = "set prompt \(id) to “\(state.rawValue)”"
        let count = try database.run(
            self.end,
            [state.rawValue, answer?.text(), person, moment.utc, moment.boot, moment.monotonic, id.description])
        guard count == 0 else { return }
        guard let prompt = try self.prompt(id, in: database) else { throw StoreError.missing(operation) }
        throw StoreError.illegal(operation, from: prompt.state.rawValue, to: state.rawValue)
    }

    /// Nobody needs to answer what a run has asked.
    static func expireAll(of run: UUIDv7, at moment: Moment, in database: Database) throws {
        try database.run(self.expireAll, [moment.utc, moment.boot, moment.monotonic, run.description])
    }

    static func noteNotices(of id: UUIDv7, count: Int, in database: Database) throws {
        try database.run(self.countNotice, [count, id.description, count])
    }

    /// The last question about something, in whatever state.
    static func newest(about subject: String, in database: Database) throws -> Prompt? {
        try database.row(self.selectAbout, [subject]).map(self.prompt)
    }

    static func newest(of run: UUIDv7, in database: Database) throws -> Prompt? {
        try database.row(self.selectOfRun, [run.description]).map(self.prompt)
    }

    static func prompt(_ id: UUIDv7, in database: Database) throws -> Prompt? {
        try database.row(self.selectOne, [id.description]).map(self.prompt)
    }

    static func open(in database: Database) throws -> [Prompt] {
        try database.rows(self.selectOpen).map(self.prompt)
    }

    static func page(before id: UUIDv7?, limit: Int, in database: Database) throws -> [Prompt] {
        try database.rows(self.selectPage, [id?.description ?? "g", limit]).map(self.prompt)
    }

    private static func prompt(_ row: Row) throws -> Prompt {
        Prompt(
            id: try row.id("id"), run: try row.optionalID("run"), question: try row.json("question") ?? .null,
            state: try row.state(), answer: try row.json("answer"), answeredBy: row["answered_by"],
            asked: row.moment("asked"), due: row["due_utc"], changed: row.moment("changed"), subject: row["subject"],
            notices: row["notices"])
    }
}
