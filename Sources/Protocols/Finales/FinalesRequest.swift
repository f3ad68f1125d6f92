/// Someone wants a quantity, by a method, with parameters.
public struct FinalesRequest: Sendable, Hashable {
    public var quantity: String
    /// Names of methods; in practice exactly one, because the original broker cannot store more.
    public var methods: [String]
    /// One member per method, each an object that fits the capability's input schema.
    public var parameters: JSONObject
    /// Who asks. Should be a UUID; kept as it was written.
    public var tenantUUID: String

    public init(quantity: String, methods: [String], parameters: JSONObject, tenantUUID: String) {
        self.quantity = quantity
        self.methods = methods
        self.parameters = parameters
        self.tenantUUID = tenantUUID
    }

    public init(parsing json: JSONValue) throws(FinalesFormatError) {
        let reader = FinalesReader(object: "request", members: json)
        self.quantity = try reader.string("quantity")
        self.methods = try reader.strings("methods")
        self.parameters = try reader.object("parameters")
        self.tenantUUID = try reader.string("tenant_uuid")
    }

    public var json: JSONValue {
        [
            "quantity": .string(self.quantity),
            "methods": .array(self.methods.map(JSONValue.string)),
            "parameters": .object(self.parameters),
            "tenant_uuid": .string(self.tenantUUID),
        ]
    }
}

/// What may happen to a request.
public enum RequestStatus: String, Sendable, Hashable, CaseIterable {
    /// Waiting for a tenant.
    case pending
    /// A tenant said that it works on it; advisory, not exclusive.
    case reserved
    /// A result was posted. Only the broker sets this.
    case resolved
    /// Withdrawn by whoever asked.
    case retracted
    /// Made by the broker for a result that nobody had asked for.
    case unsolicited
}

/// A request as the broker shows it.
public struct RequestInfo: Sendable, Hashable {
    /// Lower-case with hyphens.
    public var uuid: String
    /// When the broker received it, on the broker's local clock.
    public var ctime: FinalesTime
    public var status: RequestStatus
    public var request: FinalesRequest

    public init(uuid: String, ctime: FinalesTime, status: RequestStatus, request: FinalesRequest) {
        self.uuid = uuid
        self.ctime = ctime
        self.status = status
        self.request = request
    }

    public init(parsing json: JSONValue) throws(FinalesFormatError) {
        let reader = FinalesReader(object: "request info", members: json)
        self.uuid = try reader.string("uuid")
        self.ctime = try reader.time("ctime")
        self.status = try reader.choice("status")
        self.request = try FinalesRequest(parsing: try reader.value("request"))
    }

    public var json: JSONValue {
        [
            "uuid": .string(self.uuid), "ctime": .string(self.ctime.description),
            "status": .string(self.status.rawValue), "request": self.request.json,
        ]
    }
}
