import Protocols

extension FinalesRequest {
    /// Reads a posted request; every member that is missing or misshapen is reported.
    init(posted body: CallBody) throws(Refusal) {
        var shape = try BodyShape(body)
        self.init(
            quantity: shape.string("quantity"), methods: shape.strings("methods"),
            parameters: shape.objectOfObjects("parameters"), tenantUUID: shape.string("tenant_uuid"))
        try shape.finish()
    }
}

/// A posted result. Unlike `FinalesResult` it may name any number of methods, because how many is checked later.
struct PostedResult: Sendable {
    var data: JSONObject
    var quantity: String
    var method: [String]
    var parameters: JSONObject
    var tenantUUID: String
    var requestUUID: String

    init(posted body: CallBody) throws(Refusal) {
        var shape = try BodyShape(body)
        self.data = shape.object("data")
        self.quantity = shape.string("quantity")
        self.method = shape.strings("method")
        self.parameters = shape.objectOfObjects("parameters")
        self.tenantUUID = shape.string("tenant_uuid")
        self.requestUUID = shape.string("request_uuid")
        try shape.finish()
    }
}

/// Reads members of a posted object and collects what does not fit, in the order of the questions.
private struct BodyShape {
    private let members: JSONValue
    private var issues: [ShapeIssue] = []

    init(_ body: CallBody) throws(Refusal) {
        let notAnObject: JSONValue
        switch body {
        case .absent, .json(.null): throw .shape([.missing("body")])
        case .json(.object(let members)):
            self.members = .object(members)
            return
        case .json(let value): notAnObject = value
        case .other(let text): notAnObject = .string(text)
        }
        throw .shape([
            ShapeIssue(
                type: "model_attributes_type", place: ["body"],
                message: "Input should be a valid dictionary or object to extract fields from", input: notAnObject)
        ])
    }

    func finish() throws(Refusal) { if !self.issues.isEmpty { throw .shape(self.issues) } }

    mutating func string(_ name: String) -> String {
        guard let value = self.value(name) else { return "" }
        if let text = value.string { return text }
        self.report("string_type", "Input should be a valid string", value, "body", .string(name))
        return ""
    }

    mutating func strings(_ name: String) -> [String] {
        guard let value = self.value(name) else { return [] }
        guard let items = value.array else {
            self.report("list_type", "Input should be a valid list", value, "body", .string(name))
            return []
        }
        for (index, item) in items.enumerated() where item.string == nil {
            let place: JSONValue = .integer(Int64(index))
            self.report("string_type", "Input should be a valid string", item, "body", .string(name), place)
        }
        return items.compactMap(\.string)
    }

    mutating func object(_ name: String) -> JSONObject {
        guard let value = self.value(name) else { return [:] }
        if let object = value.object { return object }
        self.report("dict_type", "Input should be a valid dictionary", value, "body", .string(name))
        return [:]
    }

    mutating func objectOfObjects(_ name: String) -> JSONObject {
        let object = self.object(name)
        for (key, member) in object where member.object == nil {
            self.report(
                "dict_type", "Input should be a valid dictionary", member, "body", .string(name), .string(key))
        }
        return object
    }

    private mutating func value(_ name: String) -> JSONValue? {
        if let value = self.members[name] { return value }
        self.issues.append(.missing("body", .string(name), input: self.members))
        return nil
    }

    private mutating func report(_ type: String, _ message: String, _ input: JSONValue, _ place: JSONValue...) {
        self.issues.append(ShapeIssue(type: type, place: place, message: message, input: input))
    }
}
