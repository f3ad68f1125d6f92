import GRDB
import Protocols

/// A row of the table `tenant`.
struct TenantRecord: Sendable {
    var uuid: String
    var name: String
    /// A JSON list of `{quantity, method, limitations}`, as text.
    var limitations: String
    var contactPerson: String
    var isActive: Bool

    /// One entry of the list.
    struct Limitation {
        var quantity: String
        var method: String
        var limitations: JSONValue
    }

    /// The entries of the list.
    func entries() throws(Refusal) -> [Limitation] {
        guard let list = (try? JSONValue(column: self.limitations))?.array else {
            throw .crash("limitations of tenant \(self.name) are no list")
        }
        var entries: [Limitation] = []
        for item in list {
            guard let quantity = item["quantity"]?.string, let method = item["method"]?.string,
                let limitations = item["limitations"]
            else { throw .crash("limitations of tenant \(self.name) lack quantity, method or limitations") }
            entries.append(Limitation(quantity: quantity, method: method, limitations: limitations))
        }
        return entries
    }
}

extension RecordBook {
    func tenants() async throws -> [TenantRecord] {
        try await self.records.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM tenant ORDER BY rowid").map { row in
                TenantRecord(
                    uuid: row["uuid"], name: row["name"], limitations: row["limitations"],
                    contactPerson: row["contact_person"], isActive: row["is_active"])
            }
        }
    }

    /// Adds a tenant unless its identifier exists.
    func add(_ tenant: TenantRecord) throws {
        let loadTime = self.clock.loadTime
        try self.records.write { database in
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO tenant (uuid, name, limitations, contact_person, is_active, load_time)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    tenant.uuid, tenant.name, tenant.limitations, tenant.contactPerson, tenant.isActive, loadTime,
                ])
        }
    }
}
