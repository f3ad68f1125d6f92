import NIOHTTP1
public import Protocols
public import Store

extension FinalesClient {
    /// What the broker knows, with the schemas.
    ///
    /// - Parameter available: only what an active tenant offers.
    public func capabilities(available: Bool = true) async throws(BrokerError) -> [CapabilityInfo] {
        let answer = try await self.call(
            "list capabilities", .GET, "/capabilities/", query: [("currently_available", "\(available)")])
        return try self.list("list capabilities", answer) { json throws(FinalesFormatError) in
            try CapabilityInfo(parsing: json)
        }
    }

    /// Which parameters are on offer, over all tenants.
    public func limitations(available: Bool = true) async throws(BrokerError) -> [LimitationsInfo] {
        let answer = try await self.call(
            "list limitations", .GET, "/limitations/", query: [("currently_available", "\(available)")])
        return try self.list("list limitations", answer) { json throws(FinalesFormatError) in
            try LimitationsInfo(parsing: json)
        }
    }

    public func tenants() async throws(BrokerError) -> [TenantInfo] {
        let answer = try await self.call("list tenants", .GET, "/tenants/")
        return try self.list("list tenants", answer) { json throws(FinalesFormatError) in
            try TenantInfo(parsing: json)
        }
    }

    /// Fetches all capabilities and keeps their schemas for checks while the broker cannot be reached.
    @discardableResult
    public func keepCapabilities(in journal: Journal) async throws -> [CapabilityInfo] {
        let capabilities = try await self.capabilities(available: false)
        try await journal.keep(
            capabilities.map {
                StoredCapability(
                    quantity: $0.quantity, method: $0.method, inputSchema: $0.inputSchema,
                    outputSchema: $0.outputSchema)
            })
        return capabilities
    }
}
