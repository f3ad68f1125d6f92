import GRDB

/// One row per file of raw data.
enum RawFileTable {
    static let create = """
        CREATE TABLE raw_file (
            path   TEXT PRIMARY KEY NOT NULL,
            sha256 TEXT NOT NULL,
            size   INTEGER NOT NULL,
            run    TEXT NOT NULL REFERENCES run (id),
            result TEXT REFERENCES result (id)
        ) STRICT;
        CREATE INDEX raw_file_run ON raw_file (run);
        """

    private static let upsert = """
        INSERT INTO raw_file (path, sha256, size, run, result) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, result = excluded.result
            WHERE run = excluded.run
        """

    private static let selectOfRun = "SELECT * FROM raw_file WHERE run = ? ORDER BY path"

    static func insert(_ file: RawFile, run: UUIDv7, result: UUIDv7?, in database: Database) throws {
        let count = try database.run(
            self.upsert, [file.path, file.sha256, file.size, run.description, result?.description])
        guard count == 1 else {
            throw StoreError(
                .duplicate, "note raw file \(file.path)", "another run has a file of this name",
                advice: "Give raw files names with the run's id.")
        }
    }

    static func files(of run: UUIDv7, in database: Database) throws -> [RawFile] {
        try database.rows(self.selectOfRun, [run.description]).map { row in
            RawFile(path: row["path"], sha256: row["sha256"], size: row["size"])
        }
    }
}
