import FoundationEssentials
import GRDB
import Protocols

/// A row of the table `result` with the capability it is linked to.
struct ResultRecord: Sendable {
    var uuid: String
    var request: String
    var parameters: String
    var data: String
    var tenant: String
    var status: String
    var loadTime: String
    var quantity: String
    var method: String

    init(_ row: Row) {
        self.uuid = row["uuid"]
        self.request = row["request_uuid"]
        self.parameters = row["parameters"]
        self.data = row["data"]
        self.tenant = row["posting_tenant_uuid"]
        self.status = row["status"]
        self.loadTime = row["load_time"]
        self.quantity = row["link_quantity"]
        self.method = row["link_method"]
    }

    /// The result as it is shown.
    func info() throws(Refusal) -> JSONValue {
        guard let data = try? JSONValue(column: self.data), let parameters = try? JSONValue(column: self.parameters),
            let time = FinalesTime(self.loadTime)
        else { throw .crash("result \(self.uuid) cannot be read") }
        return [
            "uuid": .string(FinalesUUID.wire(self.uuid)), "ctime": .string(time.description),
            "status": .string(self.status),
            "result": [
                "data": data, "quantity": .string(self.quantity), "method": [.string(self.method)],
                "parameters": parameters, "tenant_uuid": .string(FinalesUUID.wire(self.tenant)),
                "request_uuid": .string(FinalesUUID.wire(self.request)),
            ],
        ]
    }
}

/// A result that is ready to be stored.
struct NewResult: Sendable {
    var request: FinalesUUID
    var tenant: FinalesUUID
    var parameters: JSONObject
    var data: JSONObject
    /// Identifier of its capability.
    var capability: String
    /// Status that its request gets, with the line of the log; nil leaves the request alone.
    var requestStatus: RequestStatus?
    /// Of a call that may be repeated: the key, and the hash of the body it belongs to.
    var idempotency: (key: String, bodyHash: [UInt8])?
}

extension RecordBook {
    private static let columns = """
        SELECT result.*, quantity.quantity AS link_quantity, quantity.method AS link_method FROM result
        JOIN link_quantity_result AS link ON link.result_uuid = result.uuid
        JOIN quantity ON quantity.uuid = link.method_uuid
        """

    func result(_ uuid: FinalesUUID) async throws -> ResultRecord? {
        try await self.records.read { database in
            let statement = try database.cachedStatement(sql: Self.columns + " WHERE result.uuid = ?")
            return try Row.fetchOne(statement, arguments: [uuid.hex]).map(ResultRecord.init)
        }
    }

    /// The result that was stored first for a request.
    func firstResult(forRequest uuid: FinalesUUID) async throws -> ResultRecord? {
        try await self.records.read { database in
            let statement = try database.cachedStatement(
                sql: Self.columns + " WHERE result.request_uuid = ? ORDER BY result.rowid LIMIT 1")
            return try Row.fetchOne(statement, arguments: [uuid.hex]).map(ResultRecord.init)
        }
    }

    /// All results, oldest first.
    func results(quantity: String?, method: String?) async throws -> [ResultRecord] {
        try await self.records.read { database in
            try Row.fetchAll(
                database,
                sql: Self.columns + """
                     WHERE (?1 IS NULL OR quantity.quantity = ?1) AND (?2 IS NULL OR quantity.method = ?2)
                     ORDER BY result.rowid
                    """, arguments: [quantity, method]
            ).map(ResultRecord.init)
        }
    }

    /// How many results each request has, by the request's identifier as on the wire.
    func resultCounts() async throws -> [String: Int] {
        try await self.records.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT request_uuid, count(*) FROM result GROUP BY request_uuid")
            return Dictionary(uniqueKeysWithValues: rows.map { (FinalesUUID.wire($0[0]), $0[1]) })
        }
    }

    /// What became of a result.
    enum Addition: Sendable {
        case added(FinalesUUID)
        /// The same key with the same body was stored before.
        case replayed(String)
        /// The same key with another body was stored before.
        case keyTaken
        case unknownRequest
    }

    /// What a key was used for; nil if it is new.
    func replay(key: String, bodyHash: [UInt8]) async throws -> Addition? {
        try await self.records.read { try Self.replay(key: key, bodyHash: bodyHash, in: $0) }
    }

    func hasRequest(_ uuid: FinalesUUID) async throws -> Bool {
        try await self.records.read { try Self.hasRequest(uuid, in: $0) }
    }

    /// Stores a result with its link and logs, and sets its request's status, in one transaction.
    func add(_ result: NewResult) async throws -> Addition {
        let uuid = Self.newUUID()
        let received = self.clock.localText
        let loadTime = self.clock.loadTime
        return try await self.records.write { database in
            if let (key, bodyHash) = result.idempotency,
                let earlier = try Self.replay(key: key, bodyHash: bodyHash, in: database)
            {
                return earlier
            }
            guard try Self.hasRequest(result.request, in: database) else { return .unknownRequest }
            if let (key, bodyHash) = result.idempotency {
                try database.cachedStatement(
                    sql: "INSERT INTO edge_idempotency_key (key, body_sha256, result_uuid) VALUES (?, ?, ?)"
                ).execute(arguments: [key, DatabaseValue(blob: bodyHash), uuid.hex])
            }
            try database.cachedStatement(
                sql: """
                    INSERT INTO result (uuid, request_uuid, parameters, data, posting_tenant_uuid, cost, status,
                        posting_recieved_timestamp, load_time)
                    VALUES (?, ?, ?, ?, ?, 'Not implemented in the API yet', 'original', ?, ?)
                    """
            ).execute(arguments: [
                uuid.hex, result.request.hex, PythonText.json(.object(result.parameters)),
                PythonText.json(.object(result.data)), result.tenant.hex, received, loadTime,
            ])
            try database.cachedStatement(
                sql: """
                    INSERT INTO link_quantity_result (link_uuid, method_uuid, result_uuid, load_time)
                    VALUES (?, ?, ?, ?)
                    """
            ).execute(arguments: [Self.newUUID().hex, result.capability, uuid.hex, loadTime])
            try Self.logResult(uuid.hex, .original, message: "Result posted", loadTime: loadTime, in: database)
            if let status = result.requestStatus {
                try Self.setRequest(
                    result.request.hex, status, message: "Result posted for corresponding request", loadTime: loadTime,
                    in: database)
            }
            return .added(uuid)
        }
    }

    /// Sets the status of a result and logs it; nil if there is no such result.
    func setResult(_ uuid: FinalesUUID, _ status: ResultStatus, message: String?) async throws -> StatusChange {
        let loadTime = self.clock.loadTime
        return try await self.records.write { database in
            let exists = try Bool.fetchOne(
                database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM result WHERE uuid = ?)"),
                arguments: [uuid.hex])
            guard exists == true else { return .unknown }
            try database.cachedStatement(
                sql: "UPDATE result SET status = ?1, load_time = ?2 WHERE uuid = ?3 AND status <> ?1"
            ).execute(arguments: [status.rawValue, loadTime, uuid.hex])
            try Self.logResult(uuid.hex, status, message: message, loadTime: loadTime, in: database)
            return .done
        }
    }

    private static func hasRequest(_ uuid: FinalesUUID, in database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM request WHERE uuid = ?)")
        return try Bool.fetchOne(statement, arguments: [uuid.hex]) ?? false
    }

    private static func replay(key: String, bodyHash: [UInt8], in database: Database) throws -> Addition? {
        let statement = try database.cachedStatement(
            sql: "SELECT body_sha256 = ?2, result_uuid FROM edge_idempotency_key WHERE key = ?1")
        guard let row = try Row.fetchOne(statement, arguments: [key, DatabaseValue(blob: bodyHash)]) else { return nil }
        return row[0] ? .replayed(FinalesUUID.wire(row[1])) : .keyTaken
    }

    private static func logResult(
        _ uuid: String, _ status: ResultStatus, message: String?, loadTime: String, in database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO status_log_result (uuid, result_uuid, status, status_change_message, load_time)
                VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [Self.newUUID().hex, uuid, status.rawValue, message, loadTime])
    }
}

extension DatabaseValue {
    /// A BLOB of these bytes.
    fileprivate init(blob bytes: [UInt8]) { self = Data(bytes).databaseValue }
}
