/// A quantity and a method that the broker knows, with the schemas of what goes in and what comes out.
public struct CapabilityInfo: Sendable, Hashable {
    public var quantity: String
    public var method: String
    /// Schema of the parameters.
    public var inputSchema: JSONValue
    /// Schema of the data of a result.
    public var outputSchema: JSONValue

    public init(quantity: String, method: String, inputSchema: JSONValue, outputSchema: JSONValue) {
        self.quantity = quantity
        self.method = method
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
    }

    public init(parsing json: JSONValue) throws(FinalesFormatError) {
        let reader = FinalesReader(object: "capability", members: json)
        self.quantity = try reader.string("quantity")
        self.method = try reader.string("method")
        self.inputSchema = try reader.value("json_schema_specifications")
        self.outputSchema = try reader.value("json_schema_result_output")
    }

    public var json: JSONValue {
        [
            "quantity": .string(self.quantity), "method": .string(self.method),
            "json_schema_specifications": self.inputSchema, "json_schema_result_output": self.outputSchema,
        ]
    }
}

/// Which parameters are on offer for a capability: those of one tenant, or of all tenants together.
public struct LimitationsInfo: Sendable, Hashable {
    public var quantity: String
    public var method: String
    /// Alternatives, each shaped like the parameters with accepted values in place of values.
    public var limitations: [JSONValue]

    public init(quantity: String, method: String, limitations: [JSONValue]) {
        self.quantity = quantity
        self.method = method
        self.limitations = limitations
    }

    /// A single alternative that is not in a list counts as a list of one.
    public init(parsing json: JSONValue) throws(FinalesFormatError) {
        let reader = FinalesReader(object: "limitations", members: json)
        self.quantity = try reader.string("quantity")
        self.method = try reader.string("method")
        let limitations = try reader.value("limitations")
        self.limitations = limitations.array ?? [limitations]
    }

    public var json: JSONValue {
        [
            "quantity": .string(self.quantity), "method": .string(self.method),
            "limitations": .array(self.limitations),
        ]
    }
}

/// A laboratory, model or optimiser that is registered with the broker.
public struct TenantInfo: Sendable, Hashable {
    public var tenantUUID: String
    public var name: String
    public var limitations: [LimitationsInfo]
    /// Free text; tenants write the list of their operators here.
    public var contactPerson: String
    public var isActive: Bool

    public init(
        tenantUUID: String,
        name: String,
        limitations: [LimitationsInfo],
        contactPerson: String,
        isActive: Bool
    ) {
        self.tenantUUID = tenantUUID
        self.name = name
        self.limitations = limitations
        self.contactPerson = contactPerson
        self.isActive = isActive
    }

    public init(parsing json: JSONValue) throws(FinalesFormatError) {
        let reader = FinalesReader(object: "tenant", members: json)
        self.tenantUUID = try reader.string("tenant_uuid")
        self.name = try reader.string("name")
        guard let limitations = try reader.value("limitations").array else {
            throw reader.error("limitations", "a list")
        }
        self.limitations = []
        for limitation in limitations { self.limitations.append(try LimitationsInfo(parsing: limitation)) }
        self.contactPerson = try reader.string("contact_person")
        guard let isActive = try reader.value("is_active").bool else {
            throw reader.error("is_active", "true or false")
        }
        self.isActive = isActive
    }

    public var json: JSONValue {
        [
            "tenant_uuid": .string(self.tenantUUID), "name": .string(self.name),
            "limitations": .array(self.limitations.map(\.json)), "contact_person": .string(self.contactPerson),
            "is_active": .bool(self.isActive),
        ]
    }
}
