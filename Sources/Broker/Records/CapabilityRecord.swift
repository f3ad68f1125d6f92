import GRDB
import Protocols

/// A row of the table `quantity`: one capability, active or not.
struct CapabilityRecord: Sendable {
    var uuid: String
    var quantity: String
    var method: String
    /// The input schema, as text.
    var specifications: String
    /// The output schema, as text.
    var resultOutput: String
    var isActive: Bool

    init(_ row: Row) {
        self.uuid = row["uuid"]
        self.quantity = row["quantity"]
        self.method = row["method"]
        self.specifications = row["specifications"]
        self.resultOutput = row["result_output"]
        self.isActive = row["is_active"]
    }
}

extension RecordBook {
    /// All rows of a quantity, oldest first.
    func capabilities(of quantity: String) async throws -> [CapabilityRecord] {
        try await self.records.read { database in
            let statement = try database.cachedStatement(sql: "SELECT * FROM quantity WHERE quantity = ? ORDER BY rowid")
            return try Row.fetchAll(statement, arguments: [quantity]).map(CapabilityRecord.init)
        }
    }

    func activeCapabilities() async throws -> [CapabilityRecord] {
        try await self.records.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM quantity WHERE is_active = 1 ORDER BY rowid")
                .map(CapabilityRecord.init)
        }
    }

    /// Adds a capability unless an active one has the same quantity and method.
    func add(_ capability: CapabilityInfo) throws {
        let loadTime = self.clock.loadTime
        try self.records.write { database in
            try database.execute(
                sql: """
                    INSERT INTO quantity (uuid, quantity, method, specifications, result_output, is_active, load_time)
                    SELECT ?, ?, ?, ?, ?, 1, ? WHERE NOT EXISTS (
                        SELECT 1 FROM quantity WHERE quantity = ? AND method = ? AND is_active = 1)
                    """,
                arguments: [
                    Self.newUUID().hex, capability.quantity, capability.method, PythonText.json(capability.inputSchema),
                    PythonText.json(capability.outputSchema), loadTime, capability.quantity, capability.method,
                ])
        }
    }
}
