import GRDB

/// One row per lease that is held.
enum LeaseTable {
    static let create = """
        CREATE TABLE lease (
            resource          TEXT PRIMARY KEY NOT NULL,
            owner             TEXT NOT NULL,
            purpose           TEXT NOT NULL,
            taken_utc         INTEGER NOT NULL,
            taken_boot        TEXT NOT NULL,
            taken_monotonic   INTEGER NOT NULL,
            expires_utc       INTEGER NOT NULL,
            expires_monotonic INTEGER NOT NULL
        ) STRICT
        """

    private static let upsert = """
        INSERT INTO lease (
            resource, owner, purpose, taken_utc, taken_boot, taken_monotonic, expires_utc, expires_monotonic)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (resource) DO UPDATE SET
            owner = excluded.owner, purpose = excluded.purpose, taken_utc = excluded.taken_utc,
            taken_boot = excluded.taken_boot, taken_monotonic = excluded.taken_monotonic,
            expires_utc = excluded.expires_utc, expires_monotonic = excluded.expires_monotonic
        """

    private static let selectOne = "SELECT * FROM lease WHERE resource = ?"
    private static let selectAll = "SELECT * FROM lease ORDER BY resource"
    private static let delete = "DELETE FROM lease WHERE resource = ? AND owner = ?"
    private static let deleteAny = "DELETE FROM lease WHERE resource = ?"

    /// Takes or prolongs a lease. One of another boot is over, since its owner is.
    static func take(_ lease: Lease, in database: Database) throws {
        if let held = try database.row(self.selectOne, [lease.resource]).map(self.lease),
            held.owner != lease.owner, held.taken.boot == lease.taken.boot,
            held.expires.monotonic > lease.taken.monotonic
        {
            throw StoreError(
                .heldByAnother, "lease \(lease.resource) to \(lease.owner)",
                "\(held.owner) holds it for “\(held.purpose)” until \(held.expires.text)",
                advice: "Wait until it is given back, or break it with a reason.")
        }
        try database.run(
            self.upsert,
            [
                lease.resource, lease.owner, lease.purpose, lease.taken.utc, lease.taken.boot, lease.taken.monotonic,
                lease.expires.utc, lease.expires.monotonic,
            ])
    }

    static func release(_ resource: String, owner: String, in database: Database) throws {
        try database.run(self.delete, [resource, owner])
    }

    static func breakLease(_ resource: String, in database: Database) throws {
        try database.run(self.deleteAny, [resource])
    }

    static func all(in database: Database) throws -> [Lease] {
        try database.rows(self.selectAll).map(self.lease)
    }

    private static func lease(_ row: Row) -> Lease {
        let taken = row.moment("taken")
        return Lease(
            resource: row["resource"], owner: row["owner"], purpose: row["purpose"], taken: taken,
            expires: Moment(utc: row["expires_utc"], boot: taken.boot, monotonic: row["expires_monotonic"]))
    }
}
