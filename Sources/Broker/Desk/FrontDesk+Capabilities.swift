import Protocols

extension FrontDesk {
    func capabilities(_ query: QueryText) async throws(Refusal) -> JSONValue {
        let rows = try await self.rows(query)
        var infos: [JSONValue] = []
        for row in rows {
            infos.append([
                "quantity": .string(row.quantity), "method": .string(row.method),
                "json_schema_specifications": try Self.schema(row.specifications),
                "json_schema_result_output": try Self.schema(row.resultOutput),
            ])
        }
        return .array(infos)
    }

    func templates(_ query: QueryText) async throws(Refusal) -> JSONValue {
        var templates = JSONObject()
        for row in try await self.rows(query) {
            if let quantity = query["quantity"], quantity != row.quantity { continue }
            if let method = query["method"], method != row.method { continue }
            templates["\(row.quantity)-\(row.method)"] = [
                "input_template": try self.template(row.specifications),
                "output_template": try self.template(row.resultOutput),
            ]
        }
        return .object(templates)
    }

    /// What all tenants together offer, per quantity and method in the order in which they come up.
    func limitations(_ query: QueryText) async throws(Refusal) -> JSONValue {
        let tenants = try await self.tenants(currentlyAvailable: self.isCurrentlyAvailable(query))
        var quantities: [(quantity: String, methods: [(method: String, limitations: [JSONValue])])] = []
        for tenant in tenants {
            for entry in try tenant.entries() {
                let alternatives = entry.limitations.array ?? [entry.limitations]
                if let place = quantities.firstIndex(where: { $0.quantity == entry.quantity }) {
                    if let inner = quantities[place].methods.firstIndex(where: { $0.method == entry.method }) {
                        quantities[place].methods[inner].limitations += alternatives
                    } else {
                        quantities[place].methods.append((entry.method, alternatives))
                    }
                } else {
                    quantities.append((entry.quantity, [(entry.method, alternatives)]))
                }
            }
        }
        return .array(
            quantities.flatMap { quantity, methods in
                methods.map { method, limitations in
                    LimitationsInfo(quantity: quantity, method: method, limitations: limitations).json
                }
            })
    }

    func tenants() async throws(Refusal) -> JSONValue {
        var infos: [JSONValue] = []
        for tenant in try await self.tenants(currentlyAvailable: false) {
            guard let limitations = try? JSONValue(column: tenant.limitations) else {
                throw .crash("limitations of tenant \(tenant.name) cannot be read")
            }
            infos.append([
                "tenant_uuid": .string(FinalesUUID.wire(tenant.uuid)), "name": .string(tenant.name),
                "limitations": limitations, "contact_person": .string(tenant.contactPerson),
                "is_active": .bool(tenant.isActive),
            ])
        }
        return .array(infos)
    }

    /// Active capabilities; by default only those whose method, whatever the quantity, an active tenant offers.
    private func rows(_ query: QueryText) async throws(Refusal) -> [CapabilityRecord] {
        let onlyAvailable = try self.isCurrentlyAvailable(query)
        let rows = try await recorded { try await self.book.activeCapabilities() }
        guard onlyAvailable else { return rows }
        var methods: Set<String> = []
        for tenant in try await self.tenants(currentlyAvailable: true) {
            for entry in try tenant.entries() { methods.insert(entry.method) }
        }
        return rows.filter { methods.contains($0.method) }
    }

    private func tenants(currentlyAvailable: Bool) async throws(Refusal) -> [TenantRecord] {
        let tenants = try await recorded { try await self.book.tenants() }
        return tenants.filter { $0.isActive || !currentlyAvailable }
    }

    private func isCurrentlyAvailable(_ query: QueryText) throws(Refusal) -> Bool {
        var issues: [ShapeIssue] = []
        let flag = query.flag("currently_available", default: true, issues: &issues)
        guard issues.isEmpty else { throw .shape(issues) }
        return flag
    }

    private func template(_ text: String) throws(Refusal) -> JSONValue {
        var template = CapabilityTemplate(isTolerant: self.strict)
        return .object(try template.members(of: try Self.schema(text)))
    }

    private static func schema(_ text: String) throws(Refusal) -> JSONValue {
        guard let schema = try? JSONValue(column: text) else { throw .crash("a stored schema cannot be read") }
        return schema
    }
}
