import Protocols

extension FrontDesk {
    func request(_ id: String) async throws(Refusal) -> JSONValue {
        let uuid = try Self.uuid(id)
        guard let request = try await recorded({ try await self.book.request(uuid) }) else { return .null }
        return try request.info()
    }

    func pendingRequests(_ query: QueryText) async throws(Refusal) -> JSONValue {
        let requests = try await recorded { try await self.book.requests(status: .pending) }
        let (quantity, method) = (query["quantity"], query["method"])
        var infos: [JSONValue] = []
        for request in requests {
            let fits = request.capabilities.contains { capability in
                (quantity == nil || capability.quantity == quantity) && (method == nil || capability.method == method)
            }
            if fits { infos.append(try request.info()) }
        }
        return .array(infos)
    }

    func allRequests() async throws(Refusal) -> JSONValue {
        var infos: [JSONValue] = []
        for request in try await recorded({ try await self.book.requests() }) { infos.append(try request.info()) }
        return .array(infos)
    }

    /// Stores a request and gives its identifier.
    func post(_ request: FinalesRequest, status: RequestStatus = .pending) async throws(Refusal) -> String {
        if self.strict {
            guard !request.methods.isEmpty else { throw .bad("A request needs at least one method") }
            guard Set(request.methods).count == request.methods.count else { throw .bad("A method is named twice") }
        }
        let rows = try await self.check(request.parameters, of: request.methods, quantity: request.quantity)
        var capabilities: [String] = []
        for method in request.methods {
            capabilities.append(try Self.activeRow(of: method, quantity: request.quantity, in: rows).uuid)
        }
        let tenant = try self.tenant(request.tenantUUID)
        return try await recorded {
            try await self.book.add(
                request, tenant: tenant, status: status, capabilities: capabilities, sharesLink: !self.strict)
        }.description
    }

    /// Changes the status of a request.
    ///
    /// An extension of ours: with `expected_status` in the query it is changed only if that is its status, 409 if not.
    func updateRequest(_ query: QueryText) async throws(Refusal) -> String {
        var issues: [ShapeIssue] = []
        let id = query.required("request_id", issues: &issues)
        let status: RequestStatus? = query.choice("new_status", issues: &issues)
        guard let status, issues.isEmpty else { throw .shape(issues) }
        guard status != .resolved, status != .unsolicited else {
            // sic
            throw .bad(
                "It is not possible to change the status to \(status.rawValue), "
                    + "since this is handled entirely on ther server side")
        }
        let uuid = try Self.uuid(id)
        let expected = query["expected_status"]
        let final: [RequestStatus] = self.strict ? [.resolved, .unsolicited] : []
        let change = try await recorded {
            try await self.book.setRequest(uuid, status, message: query["status_change_message"]) { present in
                (expected == nil || expected == present) && !final.contains { $0.rawValue == present }
            }
        }
        switch change {
        case .done: return "Successful change of status to \(status.rawValue)"
        case .unknown: throw .bad("No request with id: \(id)")
        case .conflict(let present):
            if let expected, expected != present {
                throw .detail(409, "The status is \(present), not \(expected)")
            }
            throw .bad("The status \(present) is final")
        }
    }

    /// Checks that parameters belong to methods and fit their schemas. Gives the rows of the quantity.
    func check(
        _ parameters: JSONObject, of methods: [String], quantity: String
    ) async throws(Refusal) -> [CapabilityRecord] {
        let rows = try await recorded { try await self.book.capabilities(of: quantity) }
        guard !rows.isEmpty else { throw .bad("No records for this quantity: \(quantity)") }
        for key in parameters.keys where !methods.contains(key) {
            throw .bad("Method for params with key \(key) not found in list: \(PythonText.list(methods))")
        }
        for method in methods {
            guard let value = parameters[method] else {
                let keys = PythonText.list(parameters.keys)
                throw .bad("Method \(method) not found in parameters: dict_keys(\(keys))")
            }
            let known = rows.filter { $0.method == method }
            // The original takes the oldest row even if it is switched off.
            guard let row = known.first(where: { $0.isActive || !self.strict }) ?? known.first else {
                throw .bad("No records for this method: \(method)")
            }
            let found = try await self.schemas.schema(row.specifications).violations(in: value)
            if !found.isEmpty { throw self.schemaRefusal("parameters of \(method)", found) }
        }
        return rows
    }

    /// A value that does not fit its schema: the original crashes.
    func schemaRefusal(_ subject: String, _ violations: [SchemaViolation]) -> Refusal {
        let list = violations.prefix(20).map(\.description).joined(separator: "; ")
        let text = "The \(subject) do not fit the schema: \(list)"
        return self.strict ? .bad(text) : .crash(text)
    }

    /// The identifier of whoever posts: the original crashes if it is none.
    func tenant(_ text: String) throws(Refusal) -> FinalesUUID {
        do {
            return try FinalesUUID(parsing: text)
        } catch {
            let reason = "tenant_uuid is not a UUID: \(text.prefix(80))"
            throw self.strict ? .bad(reason) : .crash(reason)
        }
    }

    static func activeRow(
        of method: String, quantity: String, in rows: [CapabilityRecord]
    ) throws(Refusal) -> CapabilityRecord {
        let active = rows.filter { $0.method == method && $0.isActive }
        guard active.count == 1, let row = active.first else {
            throw .bad(
                "The method \(method) for quantity \(quantity) has several entries (\(active.count)) "
                    + "in the quantity table which are active")
        }
        return row
    }

    static func uuid(_ text: String) throws(Refusal) -> FinalesUUID {
        do {
            return try FinalesUUID(parsing: text)
        } catch {
            switch error {
            case .length: throw .bad("badly formed hexadecimal UUID string")
            case .digits(let digits):
                throw .bad("invalid literal for int() with base 16: \(PythonText.quoted(digits))")
            }
        }
    }
}
