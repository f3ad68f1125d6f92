public import Protocols

extension Journal {
    /// Adds a human act to the trail.
    @discardableResult
    public func appendAudit(
        person: String, act: String, detail: JSONValue = [:]
    ) async throws(StoreError) -> AuditEntry {
        let utc = self.now().utc
        return try await self.commit("note “\(act)” in the audit trail") {
            try AuditTable.append(person: person, act: act, detail: detail, utc: utc, in: $0)
        }
    }

    public func auditEntries(after sequence: Int64 = 0, limit: Int = 100) async throws(StoreError) -> [AuditEntry] {
        try await self.read("read the audit trail") {
            try AuditTable.entries(after: sequence, limit: limit, in: $0)
        }
    }

    /// The last human acts, newest first.
    public func newestAuditEntries(limit: Int = 100) async throws(StoreError) -> [AuditEntry] {
        try await self.read("read the audit trail") { try AuditTable.newest(limit: limit, in: $0) }
    }

    /// Computes the whole chain anew.
    public func verifyAudit() async throws(StoreError) -> AuditVerification {
        try await self.read("verify the audit trail") { try AuditTable.verify(in: $0) }
    }
}
