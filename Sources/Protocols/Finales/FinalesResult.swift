/// Someone delivers data for a request.
public struct FinalesResult: Sendable, Hashable {
    /// Should fit the capability's output schema; the original broker does not check it.
    public var data: JSONObject
    public var quantity: String
    /// One name. On the wire it is a list of one, spelled `method`.
    public var method: String
    /// One member, named as the method: the parameters that were really used.
    public var parameters: JSONObject
    /// Who delivers.
    public var tenantUUID: String
    public var requestUUID: String

    public init(
        data: JSONObject,
        quantity: String,
        method: String,
        parameters: JSONObject,
        tenantUUID: String,
        requestUUID: String
    ) {
        self.data = data
        self.quantity = quantity
        self.method = method
        self.parameters = parameters
        self.tenantUUID = tenantUUID
        self.requestUUID = requestUUID
    }

    public init(parsing json: JSONValue) throws(FinalesFormatError) {
        let reader = FinalesReader(object: "result", members: json)
        self.data = try reader.object("data")
        self.quantity = try reader.string("quantity")
        let methods = try reader.strings("method")
        guard let method = methods.first, methods.count == 1 else {
            throw reader.error("method", "a list of one string")
        }
        self.method = method
        self.parameters = try reader.object("parameters")
        self.tenantUUID = try reader.string("tenant_uuid")
        self.requestUUID = try reader.string("request_uuid")
    }

    public var json: JSONValue {
        [
            "data": .object(self.data),
            "quantity": .string(self.quantity),
            "method": [.string(self.method)],
            "parameters": .object(self.parameters),
            "tenant_uuid": .string(self.tenantUUID),
            "request_uuid": .string(self.requestUUID),
        ]
    }
}

/// What may happen to a result.
public enum ResultStatus: String, Sendable, Hashable, CaseIterable {
    case original, deleted, amended
}

/// A result as the broker shows it.
public struct ResultInfo: Sendable, Hashable {
    /// Lower-case with hyphens.
    public var uuid: String
    /// When the stored row last changed, in UTC and whole seconds; not when it was posted.
    public var ctime: FinalesTime
    public var status: ResultStatus
    public var result: FinalesResult

    public init(uuid: String, ctime: FinalesTime, status: ResultStatus, result: FinalesResult) {
        self.uuid = uuid
        self.ctime = ctime
        self.status = status
        self.result = result
    }

    public init(parsing json: JSONValue) throws(FinalesFormatError) {
        let reader = FinalesReader(object: "result info", members: json)
        self.uuid = try reader.string("uuid")
        self.ctime = try reader.time("ctime")
        self.status = try reader.choice("status")
        self.result = try FinalesResult(parsing: try reader.value("result"))
    }

    public var json: JSONValue {
        [
            "uuid": .string(self.uuid), "ctime": .string(self.ctime.description),
            "status": .string(self.status.rawValue), "result": self.result.json,
        ]
    }
}
