-- A journal of schema version 6 with a little of everything in it. Never changed: it is what is out there.
PRAGMA application_id = 1164207946;
PRAGMA user_version = 6;
CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
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
) STRICT;
CREATE TABLE result (
    id                TEXT PRIMARY KEY NOT NULL,
    run               TEXT REFERENCES run (id),
    request_uuid      TEXT NOT NULL,
    quantity          TEXT NOT NULL,
    method            TEXT NOT NULL,
    payload           TEXT NOT NULL,
    sha256            TEXT NOT NULL,
    crc32c            INTEGER NOT NULL,
    created_utc       INTEGER NOT NULL,
    created_boot      TEXT NOT NULL,
    created_monotonic INTEGER NOT NULL
) STRICT;
CREATE INDEX result_run ON result (run);
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
CREATE TABLE raw_file (
    path   TEXT PRIMARY KEY NOT NULL,
    sha256 TEXT NOT NULL,
    size   INTEGER NOT NULL,
    run    TEXT NOT NULL REFERENCES run (id),
    result TEXT REFERENCES result (id)
) STRICT;
CREATE INDEX raw_file_run ON raw_file (run);
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
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY NOT NULL,
    utc      INTEGER NOT NULL,
    person   TEXT NOT NULL,
    act      TEXT NOT NULL,
    detail   TEXT NOT NULL,
    hash     TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT raise(ABORT, 'the audit trail can only grow'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
    BEGIN SELECT raise(ABORT, 'the audit trail can only grow'); END;
CREATE TABLE lease (
    resource          TEXT PRIMARY KEY NOT NULL,
    owner             TEXT NOT NULL,
    purpose           TEXT NOT NULL,
    taken_utc         INTEGER NOT NULL,
    taken_boot        TEXT NOT NULL,
    taken_monotonic   INTEGER NOT NULL,
    expires_utc       INTEGER NOT NULL,
    expires_monotonic INTEGER NOT NULL
) STRICT;
CREATE TABLE stock (
    key               TEXT PRIMARY KEY NOT NULL,
    value             TEXT NOT NULL CHECK (json_valid(value)),
    revision          INTEGER NOT NULL,
    changed_utc       INTEGER NOT NULL,
    changed_boot      TEXT NOT NULL,
    changed_monotonic INTEGER NOT NULL
) STRICT;
CREATE TABLE refused_request (
    request_uuid TEXT PRIMARY KEY NOT NULL,
    quantity     TEXT NOT NULL,
    method       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    since_utc    INTEGER NOT NULL
) STRICT;
CREATE TABLE capability (
    quantity      TEXT NOT NULL,
    method        TEXT NOT NULL,
    input_schema  TEXT NOT NULL CHECK (json_valid(input_schema)),
    output_schema TEXT NOT NULL CHECK (json_valid(output_schema)),
    fetched_utc   INTEGER NOT NULL,
    PRIMARY KEY (quantity, method)
) STRICT;
CREATE INDEX prompt_run ON prompt (run, id);
CREATE TABLE incident (
    id                 TEXT PRIMARY KEY NOT NULL,
    kind               TEXT NOT NULL,
    detail             TEXT NOT NULL CHECK (json_valid(detail)),
    occurred_utc       INTEGER NOT NULL,
    occurred_boot      TEXT NOT NULL,
    occurred_monotonic INTEGER NOT NULL,
    acknowledged_by    TEXT NOT NULL DEFAULT '',
    acknowledged_utc   INTEGER
) STRICT;
CREATE INDEX incident_kind ON incident (kind, acknowledged_by);
CREATE TABLE user (
    name          TEXT PRIMARY KEY NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'engineer')),
    password_hash TEXT NOT NULL
) STRICT;
CREATE TABLE pass (
    hash        TEXT PRIMARY KEY NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('session', 'enrolment')),
    user        TEXT NOT NULL,
    role        TEXT NOT NULL,
    expires_utc INTEGER NOT NULL
) STRICT;
CREATE INDEX pass_user ON pass (user);
ALTER TABLE prompt ADD COLUMN subject TEXT;
ALTER TABLE prompt ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX prompt_open_subject ON prompt (subject) WHERE state = 'asked';
CREATE INDEX prompt_subject ON prompt (subject, id) WHERE subject IS NOT NULL;
CREATE TABLE calibration (
    id                   TEXT PRIMARY KEY NOT NULL,
    kind                 TEXT NOT NULL,
    subject              TEXT NOT NULL,
    value                REAL NOT NULL,
    uncertainty          REAL NOT NULL CHECK (uncertainty >= 0),
    unit                 TEXT NOT NULL,
    is_passed            INTEGER NOT NULL CHECK (is_passed IN (0, 1)),
    detail               TEXT NOT NULL CHECK (json_valid(detail)),
    run                  TEXT NOT NULL REFERENCES run (id),
    person               TEXT NOT NULL,
    determined_utc       INTEGER NOT NULL,
    determined_boot      TEXT NOT NULL,
    determined_monotonic INTEGER NOT NULL
) STRICT;
CREATE INDEX calibration_subject ON calibration (kind, subject, id);
INSERT INTO meta VALUES ('clean_shutdown', '1');
INSERT INTO run VALUES ('0197a000-0000-7000-8000-000000000001', '5b528d65-5efe-4ae4-8411-6597776a40c5', 'conductivity', 'two_electrode', 'succeeded', '', '{}', NULL, NULL, 1790000000000000, 'boot', 1000000, 1790000000000000, 'boot', 1000000);
INSERT INTO result VALUES ('0197a000-0000-7000-8000-000000000002', '0197a000-0000-7000-8000-000000000001', '5b528d65-5efe-4ae4-8411-6597776a40c5', 'conductivity', 'two_electrode', '{}', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 695980202, 1790000000000000, 'boot', 1000000);
INSERT INTO outbox VALUES ('0197a000-0000-7000-8000-000000000002', '5b528d65-5efe-4ae4-8411-6597776a40c5', 'ready', 0, 0, 0, '', NULL, '', NULL, 0, 1790000000000000, 'boot', 1000000);
INSERT INTO prompt VALUES ('0197a000-0000-7000-8000-000000000003', NULL, '{"text":"?"}', 'asked', NULL, '', NULL, 1790000000000000, 'boot', 1000000, 1790000000000000, 'boot', 1000000, NULL, 0);
INSERT INTO calibration VALUES ('0197a000-0000-7000-8000-000000000004', 'cell constant', 'electrochemistry', 1.01, 0.002, '1/cm', 1, '{"lot":"KCl-7"}', '0197a000-0000-7000-8000-000000000001', 'Mona', 1790000000000000, 'boot', 1000000);
