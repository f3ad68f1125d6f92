extension Journal {
    /// Keeps the broker's capabilities; those it no longer names stay, for results that are still under way.
    public func keep(_ capabilities: [StoredCapability]) async throws(StoreError) {
        let utc = self.now().utc
        try await self.commit("keep the broker's capabilities") { database in
            for capability in capabilities { try CapabilityTable.upsert(capability, utc: utc, in: database) }
        }
    }

    public func capability(quantity: String, method: String) async throws(StoreError) -> StoredCapability? {
        try await self.read("read capability \(quantity)/\(method)") {
            try CapabilityTable.capability(quantity: quantity, method: method, in: $0)
        }
    }

    public func capabilities() async throws(StoreError) -> [StoredCapability] {
        try await self.read("list capabilities") { try CapabilityTable.all(in: $0) }
    }

    /// A single fact by name, such as when the last backup was made.
    public func fact(_ key: String) async throws(StoreError) -> String? {
        try await self.read("read fact \(key)") { try MetaTable.value(key, in: $0) }
    }

    public func setFact(_ key: String, _ value: String) async throws(StoreError) {
        try await self.commit("set fact \(key)") { _ = try MetaTable.exchange(key, with: value, in: $0) }
    }
}
