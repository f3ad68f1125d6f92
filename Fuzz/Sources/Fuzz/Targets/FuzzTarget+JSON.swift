import Protocols

extension FuzzTarget {
    static let json = FuzzTarget("json") { input in
        guard let value = try? JSONValue(parsing: input) else {
            // What Python reads on top of JSON may hold numbers that cannot be written back.
            _ = (try? JSONValue(parsing: input, allowsNaN: true))?.text(.python)
            return
        }
        for style in [JSONValue.Style.compact, .python, .canonical] {
            let text = value.text(style)
            guard let again = try? JSONValue(parsing: text) else { fatalError("does not read what it wrote: \(text)") }
            promise(again.text(.canonical) == value.text(.canonical), "\(text) is another value than was written")
        }
    }

    /// A schema, NUL, a value.
    static let jsonSchema = FuzzTarget("json-schema") { input in
        var reader = InputReader(input)
        guard let source = try? JSONValue(parsing: reader.part(until: 0)), let schema = try? JSONSchema(source),
            let value = try? JSONValue(parsing: reader.rest)
        else { return }
        promise(schema.accepts(value) == schema.violations(in: value).isEmpty, "two answers to one question")
    }

    static let finales = FuzzTarget("finales") { input in
        if let time = FinalesTime(input.text) {
            promise(FinalesTime(time.description) == time, "\(time) is read as another time")
        }
        if let uuid = try? FinalesUUID(parsing: input.text) {
            promise((try? FinalesUUID(parsing: uuid.description)) == uuid, "\(uuid) is read as another one")
        }
        guard let json = try? JSONValue(parsing: input, allowsNaN: true) else { return }
        if let read = try? RequestInfo(parsing: json) {
            promise((try? RequestInfo(parsing: read.json))?.json.text() == read.json.text(), "another request")
        }
        if let read = try? ResultInfo(parsing: json) {
            promise((try? ResultInfo(parsing: read.json))?.json.text() == read.json.text(), "another result")
        }
        if let read = try? CapabilityInfo(parsing: json) {
            _ = try? JSONSchema(read.inputSchema)
            _ = try? JSONSchema(read.outputSchema)
        }
        if let read = try? TenantInfo(parsing: json) {
            promise((try? TenantInfo(parsing: read.json))?.json.text() == read.json.text(), "another tenant")
        }
        _ = try? LimitationsInfo(parsing: json)
        _ = try? FinalesRequest(parsing: json)
        _ = try? FinalesResult(parsing: json)
    }
}
