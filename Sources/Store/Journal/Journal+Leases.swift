import Protocols

extension Journal {
    /// Takes the exclusive rights to several devices or zones, all or none; what the owner holds already is prolonged.
    ///
    /// - Throws: `heldByAnother`, naming holder and purpose.
    public func takeLeases(
        _ resources: [String], owner: String, purpose: String, for duration: Duration
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("lease \(resources.joined(separator: ", ")) to \(owner)") { database in
            for resource in resources {
                let lease = Lease(
                    resource: resource, owner: owner, purpose: purpose, taken: moment,
                    expires: moment.advanced(by: duration))
                try LeaseTable.take(lease, in: database)
            }
        }
    }

    /// Gives rights back; those of another owner stay.
    public func releaseLeases(_ resources: [String], owner: String) async throws(StoreError) {
        try await self.commit("release \(resources.joined(separator: ", "))") { database in
            for resource in resources { try LeaseTable.release(resource, owner: owner, in: database) }
        }
    }

    /// Takes a right away from whoever holds it, and notes it in the audit trail.
    public func breakLease(_ resource: String, by person: String, reason: String) async throws(StoreError) {
        let utc = self.now().utc
        try await self.commit("break the lease of \(resource)") { database in
            try LeaseTable.breakLease(resource, in: database)
            _ = try AuditTable.append(
                person: person, act: "break lease", detail: ["resource": .string(resource), "reason": .string(reason)],
                utc: utc, in: database)
        }
    }

    /// All leases, expired ones included.
    public func leases() async throws(StoreError) -> [Lease] {
        try await self.read("list leases") { try LeaseTable.all(in: $0) }
    }
}
