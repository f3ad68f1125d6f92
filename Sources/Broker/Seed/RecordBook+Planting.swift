import Protocols

extension RecordBook {
    /// Adds what the seed has and the databases have not.
    func plant(_ seed: BrokerSeed) throws {
        for user in seed.users where try !self.hasUser(named: user.username) {
            let hash = try PasswordHash(hashing: user.password, cost: user.cost)
            try self.add(
                UserRecord(
                    username: user.username, uuid: Self.newUUID().description, password: hash.text,
                    usergroups: user.usergroups))
        }
        for capability in seed.capabilities { try self.add(capability) }
        for tenant in seed.tenants {
            try self.add(
                TenantRecord(
                    uuid: try FinalesUUID(parsing: tenant.tenantUUID).hex, name: tenant.name,
                    limitations: PythonText.json(.array(tenant.limitations.map(\.json))),
                    contactPerson: tenant.contactPerson, isActive: tenant.isActive))
        }
    }
}
