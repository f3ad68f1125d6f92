import GRDB
import Protocols

/// A row of the table `request` with the methods it is linked to.
struct RequestRecord: Sendable {
    var uuid: String
    var parameters: String
    var tenant: String
    var received: String
    var status: String
    /// Empty for a request without methods, which the original accepts and then cannot show.
    var capabilities: [(quantity: String, method: String)] = []

    init(_ row: Row) {
        self.uuid = row["uuid"]
        self.parameters = row["parameters"]
        self.tenant = row["requesting_tenant_uuid"]
        self.received = row["requesting_recieved_timestamp"]
        self.status = row["status"]
    }

    /// The request as it is shown.
    func info() throws(Refusal) -> JSONValue {
        guard let quantity = self.capabilities.first?.quantity, let parameters = try? JSONValue(column: self.parameters),
            let received = FinalesTime(self.received)
        else { throw .crash("Corrupted DB! No quantity was found for request \(FinalesUUID.wire(self.uuid))") }
        return [
            "uuid": .string(FinalesUUID.wire(self.uuid)), "ctime": .string(received.description),
            "status": .string(self.status),
            "request": [
                "quantity": .string(quantity),
                "methods": .array(self.capabilities.map { .string($0.method) }),
                "parameters": parameters, "tenant_uuid": .string(FinalesUUID.wire(self.tenant)),
            ],
        ]
    }
}

extension RecordBook {
    func request(_ uuid: FinalesUUID) async throws -> RequestRecord? {
        try await self.records.read { database in
            let statement = try database.cachedStatement(sql: "SELECT * FROM request WHERE uuid = ?")
            guard let row = try Row.fetchOne(statement, arguments: [uuid.hex]) else { return nil }
            var request = RequestRecord(row)
            let links = try database.cachedStatement(
                sql: """
                    SELECT quantity.quantity, quantity.method FROM link_quantity_request AS link
                    JOIN quantity ON quantity.uuid = link.method_uuid WHERE link.request_uuid = ? ORDER BY link.rowid
                    """)
            request.capabilities = try Row.fetchAll(links, arguments: [uuid.hex]).map { ($0[0], $0[1]) }
            return request
        }
    }

    /// All requests, or those of a status, oldest first.
    func requests(status: RequestStatus? = nil) async throws -> [RequestRecord] {
        try await self.records.read { database in
            let links = try Row.fetchCursor(
                database,
                sql: """
                    SELECT link.request_uuid, quantity.quantity, quantity.method FROM link_quantity_request AS link
                    JOIN quantity ON quantity.uuid = link.method_uuid JOIN request ON request.uuid = link.request_uuid
                    WHERE ?1 IS NULL OR request.status = ?1 ORDER BY link.rowid
                    """, arguments: [status?.rawValue])
            var capabilities: [String: [(quantity: String, method: String)]] = [:]
            while let row = try links.next() { capabilities[row[0], default: []].append((row[1], row[2])) }
            return try Row.fetchAll(
                database, sql: "SELECT * FROM request WHERE ?1 IS NULL OR status = ?1 ORDER BY rowid",
                arguments: [status?.rawValue]
            ).map { row in
                var request = RequestRecord(row)
                request.capabilities = capabilities[request.uuid] ?? []
                return request
            }
        }
    }

    /// Stores a request with its links and the first line of its log, in one transaction.
    ///
    /// - Parameters:
    ///   - capabilities: identifiers of the capabilities of its methods.
    ///   - sharesLink: whether all links get one identifier as in the original, which makes a second one clash.
    func add(
        _ request: FinalesRequest, tenant: FinalesUUID, status: RequestStatus, capabilities: [String], sharesLink: Bool
    ) async throws -> FinalesUUID {
        let uuid = Self.newUUID()
        let received = self.clock.localText
        let loadTime = self.clock.loadTime
        try await self.records.write { database in
            try database.cachedStatement(
                sql: """
                    INSERT INTO request (uuid, parameters, requesting_tenant_uuid, requesting_recieved_timestamp,
                        budget, status, load_time) VALUES (?, ?, ?, ?, 'not currently implemented in the API', ?, ?)
                    """
            ).execute(arguments: [
                uuid.hex, PythonText.json(.object(request.parameters)), tenant.hex, received, status.rawValue, loadTime,
            ])
            let shared = Self.newUUID()
            for capability in capabilities {
                try database.cachedStatement(
                    sql: """
                        INSERT INTO link_quantity_request (link_uuid, method_uuid, request_uuid, load_time)
                        VALUES (?, ?, ?, ?)
                        """
                ).execute(arguments: [(sharesLink ? shared : Self.newUUID()).hex, capability, uuid.hex, loadTime])
            }
            try Self.logRequest(
                uuid.hex, status, message: "The requests was created in the server", loadTime: loadTime, in: database)
        }
        return uuid
    }

    /// What became of a change of status.
    enum StatusChange: Sendable {
        case done
        case unknown
        /// The present status does not allow it.
        case conflict(String)
    }

    /// Sets the status of a request and logs it. `load_time` moves only if the status really changes.
    ///
    /// - Parameter allowed: tells whether the present status may be left.
    func setRequest(
        _ uuid: FinalesUUID, _ status: RequestStatus, message: String?, allowed: @escaping @Sendable (String) -> Bool
    ) async throws -> StatusChange {
        let loadTime = self.clock.loadTime
        return try await self.records.write { database in
            let present = try String.fetchOne(
                database.cachedStatement(sql: "SELECT status FROM request WHERE uuid = ?"), arguments: [uuid.hex])
            guard let present else { return .unknown }
            guard allowed(present) else { return .conflict(present) }
            try Self.setRequest(uuid.hex, status, message: message, loadTime: loadTime, in: database)
            return .done
        }
    }

    static func setRequest(
        _ uuid: String, _ status: RequestStatus, message: String?, loadTime: String, in database: Database
    ) throws {
        try database.cachedStatement(
            sql: "UPDATE request SET status = ?1, load_time = ?2 WHERE uuid = ?3 AND status <> ?1"
        ).execute(arguments: [status.rawValue, loadTime, uuid])
        try Self.logRequest(uuid, status, message: message, loadTime: loadTime, in: database)
    }

    private static func logRequest(
        _ uuid: String, _ status: RequestStatus, message: String?, loadTime: String, in database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO status_log_request (uuid, request_uuid, status, status_change_message, load_time)
                VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [Self.newUUID().hex, uuid, status.rawValue, message, loadTime])
    }
}
