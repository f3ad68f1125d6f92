public import Protocols

/// What a new broker knows: users, capabilities and tenants.
public struct BrokerSeed: Sendable {
    public var users: [User]
    public var capabilities: [CapabilityInfo]
    public var tenants: [TenantInfo]

    /// An account.
    public struct User: Sendable {
        public var username: String
        public var password: String
        public var usergroups: [String]
        /// Binary logarithm of the rounds of bcrypt. 12 takes a quarter of a second per login, 4 a millisecond.
        public var cost: Int

        public init(username: String, password: String, usergroups: [String] = [], cost: Int = 12) {
            self.username = username
            self.password = password
            self.usergroups = usergroups
            self.cost = cost
        }
    }

    public init(users: [User], capabilities: [CapabilityInfo], tenants: [TenantInfo]) {
        self.users = users
        self.capabilities = capabilities
        self.tenants = tenants
    }

    /// Reads a seed:
    ///
    ///     {"users": [{"username", "password", "usergroups"?, "cost"?}],
    ///      "capabilities": [{"quantity", "method", "json_schema_specifications", "json_schema_result_output"}],
    ///      "tenants": [{"tenant_uuid", "name", "limitations", "contact_person"?, "is_active"?}]}
    ///
    /// A member that is absent is taken from `development`.
    public init(parsing json: JSONValue) throws(SeedError) {
        guard json.object != nil else { throw SeedError("", "must be an object") }
        self = Self.development
        if let items = try Self.list(json, "users") {
            self.users = []
            for (item, place) in items { self.users.append(try User(parsing: item, at: place)) }
        }
        if let items = try Self.list(json, "capabilities") {
            self.capabilities = []
            for (item, place) in items { self.capabilities.append(try Self.capability(item, at: place)) }
        }
        if let items = try Self.list(json, "tenants") {
            self.tenants = []
            for (item, place) in items { self.tenants.append(try Self.tenant(item, at: place)) }
        }
    }

    private static func list(_ json: JSONValue, _ name: String) throws(SeedError) -> [(JSONValue, String)]? {
        guard let value = json[name] else { return nil }
        guard let items = value.array else { throw SeedError("/" + name, "must be a list") }
        return items.enumerated().map { ($1, "/\(name)/\($0)") }
    }

    private static func capability(_ json: JSONValue, at place: String) throws(SeedError) -> CapabilityInfo {
        do {
            let capability = try CapabilityInfo(parsing: json)
            _ = try JSONSchema(capability.inputSchema)
            _ = try JSONSchema(capability.outputSchema)
            return capability
        } catch {
            throw SeedError(place, "\(error)")
        }
    }

    private static func tenant(_ json: JSONValue, at place: String) throws(SeedError) -> TenantInfo {
        var members = json.object ?? [:]
        members["contact_person"] = members["contact_person"] ?? "[]"
        members["is_active"] = members["is_active"] ?? true
        do {
            let tenant = try TenantInfo(parsing: .object(members))
            _ = try FinalesUUID(parsing: tenant.tenantUUID)
            return tenant
        } catch {
            throw SeedError(place, "\(error)")
        }
    }
}

/// Why a seed cannot be used.
public struct SeedError: Error, Sendable, Hashable, CustomStringConvertible {
    /// JSON Pointer into the seed.
    public let pointer: String
    public let message: String

    init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    public var description: String { "seed\(self.pointer.isEmpty ? "" : " at " + self.pointer): \(self.message)" }
}

extension BrokerSeed.User {
    fileprivate init(parsing json: JSONValue, at place: String) throws(SeedError) {
        guard let username = json["username"]?.string, let password = json["password"]?.string, !username.isEmpty,
            !password.isEmpty
        else { throw SeedError(place, "needs username and password") }
        let cost = json["cost"]?.integer ?? 12
        guard (4...31).contains(cost) else { throw SeedError(place + "/cost", "must be 4 to 31") }
        self.init(
            username: username, password: password,
            usergroups: json["usergroups"]?.array?.compactMap(\.string) ?? [], cost: Int(cost))
    }
}
