import Crypto
import Protocols

extension FrontDesk {
    func result(_ id: String) async throws(Refusal) -> JSONValue {
        let uuid = try Self.uuid(id)
        guard let result = try await recorded({ try await self.book.result(uuid) }) else { return .null }
        return try result.info()
    }

    func firstResult(forRequest id: String) async throws(Refusal) -> JSONValue {
        let uuid = try Self.uuid(id)
        guard let result = try await recorded({ try await self.book.firstResult(forRequest: uuid) }) else {
            return .null
        }
        return try result.info()
    }

    func results(_ query: QueryText) async throws(Refusal) -> JSONValue {
        let results = try await recorded {
            try await self.book.results(quantity: query["quantity"], method: query["method"])
        }
        var infos: [JSONValue] = []
        for result in results { infos.append(try result.info()) }
        return .array(infos)
    }

    /// Stores a result, resolves its request and gives the result's identifier.
    ///
    /// - Parameter key: an `Idempotency-Key` of the caller. The same key with the same body gives the identifier of
    ///   the first time and stores nothing; with another body it is refused with 409.
    func post(_ result: PostedResult, key: String?) async throws(Refusal) -> String {
        var idempotency: (key: String, bodyHash: [UInt8])?
        if let key {
            guard (1...255).contains(key.utf8.count) else { throw .bad("Idempotency-Key takes 1 to 255 characters") }
            let bodyHash = result.hash
            idempotency = (key, bodyHash)
            if let earlier = try await recorded({ try await self.book.replay(key: key, bodyHash: bodyHash) }) {
                return try Self.identifier(earlier, request: result.requestUUID)
            }
        }
        return try await self.store(result, requestStatus: .resolved, idempotency: idempotency)
    }

    /// Stores a result that nobody asked for, and a request for it.
    func postUnsolicited(_ result: PostedResult) async throws(Refusal) -> String {
        let request = FinalesRequest(
            quantity: result.quantity, methods: result.method, parameters: result.parameters,
            tenantUUID: result.tenantUUID)
        var answer = result
        answer.requestUUID = try await self.post(request, status: .unsolicited)
        return try await self.store(answer, requestStatus: nil, idempotency: nil)
    }

    func updateResult(_ query: QueryText) async throws(Refusal) -> String {
        var issues: [ShapeIssue] = []
        let id = query.required("result_id", issues: &issues)
        let status: ResultStatus? = query.choice("new_status", issues: &issues)
        guard let status, issues.isEmpty else { throw .shape(issues) }
        guard status != .original else {
            throw .bad(
                "Not possible to change status to 'original' since this is reserved only for the initial posting")
        }
        let uuid = try Self.uuid(id)
        let change = try await recorded {
            try await self.book.setResult(uuid, status, message: query["status_change_message"])
        }
        guard case .done = change else { throw .bad("No result with id: \(id)") }
        return "Successful change of status to \(status.rawValue)"
    }

    private func store(
        _ result: PostedResult, requestStatus: RequestStatus?, idempotency: (key: String, bodyHash: [UInt8])?
    ) async throws(Refusal) -> String {
        guard let method = result.method.first, result.method.count == 1 else {
            throw .bad(
                "Wrong length of method string for recieved result. A list with a single method is expected, "
                    + "the recieved list \(PythonText.list(result.method)) does not comply with this")
        }
        guard let key = result.parameters.keys.first, result.parameters.count == 1 else {
            throw .bad(
                "Wrong number of keys in passed parameters. A single key with the specific method was expected, "
                    + "the recieved parameters has the following keys \(PythonText.list(result.parameters.keys)) "
                    + "and does not comply with this")
        }
        guard key == method else {
            let reason = "parameters are those of \(key), the method is \(method)"
            throw self.strict ? .bad("The " + reason) : .crash(reason)
        }
        let rows = try await self.check(result.parameters, of: [method], quantity: result.quantity)
        let request = try Self.uuid(result.requestUUID)
        guard try await recorded({ try await self.book.hasRequest(request) }) else {
            throw .bad("Submitted result has no request: \(result.requestUUID)")
        }
        let row = try Self.activeRow(of: method, quantity: result.quantity, in: rows)
        if self.strict {
            let found = try await self.schemas.schema(row.resultOutput).violations(in: .object(result.data))
            if !found.isEmpty { throw self.schemaRefusal("data", found) }
        }
        let new = NewResult(
            request: request, tenant: try self.tenant(result.tenantUUID), parameters: result.parameters,
            data: result.data, capability: row.uuid, requestStatus: requestStatus, idempotency: idempotency)
        return try Self.identifier(
            try await recorded { try await self.book.add(new) }, request: result.requestUUID)
    }

    private static func identifier(_ addition: RecordBook.Addition, request: String) throws(Refusal) -> String {
        switch addition {
        case .added(let uuid): return uuid.description
        case .replayed(let uuid): return uuid
        case .keyTaken: throw .detail(409, "This Idempotency-Key was used with another body")
        case .unknownRequest: throw .bad("Submitted result has no request: \(request)")
        }
    }
}

extension PostedResult {
    /// SHA-256 of all members in canonical order and notation.
    fileprivate var hash: [UInt8] {
        let value: JSONValue = [
            "data": .object(self.data), "quantity": .string(self.quantity),
            "method": .array(self.method.map(JSONValue.string)), "parameters": .object(self.parameters),
            "tenant_uuid": .string(self.tenantUUID), "request_uuid": .string(self.requestUUID),
        ]
        return Array(SHA256.hash(data: Array(value.text(.canonical).utf8)))
    }
}
