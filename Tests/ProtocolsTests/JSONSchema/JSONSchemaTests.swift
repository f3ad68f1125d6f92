import Protocols
import Testing

@Suite struct JSONSchemaTests {
    @Test func `integers are whole numbers however they are written, and booleans are no numbers`() throws {
        let integer = try JSONSchema(["type": "integer"])
        let number = try JSONSchema(["type": "number"])
        #expect(integer.accepts(2) && integer.accepts(2.0) && integer.accepts(-0.0) && integer.accepts(1e300))
        #expect(!integer.accepts(2.5) && !integer.accepts(true) && !integer.accepts("2"))
        #expect(!integer.accepts(.number(.nan)) && !integer.accepts(.number(.infinity)))
        #expect(number.accepts(2) && number.accepts(2.5) && !number.accepts(false) && !number.accepts(nil))
    }

    @Test func `an optional member may be null and a required one may not`() throws {
        let schema = try JSONSchema([
            "type": "object", "required": ["volume"],
            "properties": [
                "volume": ["type": "number"],
                "temperature": ["anyOf": [["type": "number"], ["type": "null"]], "default": nil],
            ],
        ])
        #expect(schema.accepts(["volume": 4.2, "temperature": nil]))
        #expect(schema.accepts(["volume": 4, "anything": "else"]))
        #expect(schema.violations(in: ["volume": nil]).map(\.description) == ["/volume: expected number, found null"])
        #expect(
            schema.violations(in: ["temperature": "warm"]).map(\.description) == [
                #"the value: expected a member "volume", found only temperature"#,
                #"/temperature: expected number or null, found string "warm""#,
            ]
        )
    }

    @Test func `all violations are collected with the pointer to each`() throws {
        let schema = try JSONSchema([
            "$defs": [
                "Part": [
                    "type": "object", "required": ["fraction"], "properties": ["fraction": ["type": "number"]],
                ]
            ],
            "type": "object", "required": ["formulation"],
            "properties": [
                "formulation": ["type": "array", "items": ["$ref": "#/$defs/Part"]],
                "odd/na~me": ["allOf": [["$ref": "#/$defs/Part"]]],
            ],
        ])
        let found = schema.violations(in: [
            "formulation": [["fraction": 1], ["fraction": "7"], [:]], "odd/na~me": ["fraction": true],
        ])
        #expect(
            found == [
                SchemaViolation(pointer: "/formulation/1/fraction", expected: "number", found: #"string "7""#),
                SchemaViolation(pointer: "/formulation/2", expected: #"a member "fraction""#, found: "no members"),
                SchemaViolation(pointer: "/odd~1na~0me/fraction", expected: "number", found: "boolean true"),
            ]
        )
    }

    @Test func `a pair has exactly two numbers`() throws {
        let schema = try JSONSchema([
            "anyOf": [
                [
                    "type": "array", "prefixItems": [["type": "number"], ["type": "number"]], "minItems": 2,
                    "maxItems": 2,
                ],
                ["type": "null"],
            ]
        ])
        #expect(schema.accepts([104.1, 0]) && schema.accepts(nil))
        #expect(schema.violations(in: [1]).map(\.description) == ["the value: expected at least 2 items, found 1 item"])
        #expect(schema.violations(in: [1, "2"]).map(\.pointer) == ["/1"])
        #expect(schema.violations(in: [1, 2, 3]).map(\.expected) == ["at most 2 items"])
    }

    @Test func `members that are not declared fit additionalProperties, be it a schema or a boolean`() throws {
        let map = try JSONSchema(["type": "object", "additionalProperties": ["type": "integer"]])
        #expect(map.accepts(["a": 1, "b": 2]))
        #expect(map.violations(in: ["a": 1, "b": 2.5]).map(\.pointer) == ["/b"])
        let closed = try JSONSchema(["properties": ["a": true], "additionalProperties": false])
        #expect(closed.accepts(["a": "anything"]) && closed.accepts("not an object"))
        #expect(closed.violations(in: ["b": 1]).map(\.description) == ["/b: expected no such member, found number 1"])
    }

    @Test func `enum and const compare numbers by value`() throws {
        #expect(try JSONSchema(["enum": [1, "a", ["x": [1]]]]).accepts(["x": [1.0]]))
        #expect(try JSONSchema(["const": 1]).accepts(1.0))
        #expect(try !JSONSchema(["const": 1]).accepts(true))
        #expect(try JSONSchema(["enum": ["a", "b"]]).violations(in: "c").map(\.expected) == [#""a" or "b""#])
    }

    @Test func `bounds hold for numbers only`() throws {
        let schema = try JSONSchema(["minimum": 0, "maximum": 1])
        #expect(schema.accepts(0) && schema.accepts(1.0) && schema.accepts("text"))
        #expect(schema.violations(in: 1.5).map(\.expected) == ["at most 1.0"])
        #expect(!schema.accepts(.number(.nan)))
        #expect(try !JSONSchema(["exclusiveMinimum": 0]).accepts(0))
    }

    @Test func `of several alternatives the one of the right kind is explained`() throws {
        let schema = try JSONSchema([
            "$defs": ["Location": ["type": "object", "required": ["address"]]],
            "anyOf": [["$ref": "#/$defs/Location"], ["type": "null"]],
        ])
        #expect(schema.violations(in: [:]).map(\.expected) == [#"a member "address""#])
        #expect(schema.violations(in: 3).map(\.expected) == ["object or null"])
    }

    @Test func `a recursive schema follows the value down`() throws {
        let schema = try JSONSchema([
            "$defs": ["Tree": ["type": "array", "items": ["$ref": "#/$defs/Tree"]]], "$ref": "#/$defs/Tree",
        ])
        #expect(schema.accepts([[], [[]]]))
        #expect(schema.violations(in: [[], [[1]]]).map(\.pointer) == ["/1/0/0"])
    }

    @Test(
        arguments: [
            ([3], "root"), (["type": "float"], "/type"), (["required": "a"], "/required"),
            (["properties": ["a": ["pattern": "^x"]]], "/properties/a/pattern"),
            (["$ref": "#/$defs/Missing"], "/$ref"), (["$ref": "http://elsewhere"], "/$ref"),
            (["$defs": ["A": ["allOf": [["$ref": "#/$defs/A"]]]]], "/$defs/A"),
            (["minItems": -1], "/minItems"), (["anyOf": []], "/anyOf"),
        ] as [(JSONValue, String)]
    )
    func `a schema that cannot be kept is refused with its place`(schema: JSONValue, place: String) {
        #expect { try JSONSchema(schema) } throws: { "\($0)".contains(place) }
    }

    @Test(.timeLimit(.minutes(1))) func `definitions that name each other twice cost no more than any other`() throws {
        var definitions: JSONObject = ["d40": ["type": "string"]]
        for index in 0..<40 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(index + 1)")]
            definitions["d\(index)"] = ["allOf": [next, next]]
        }
        let schema = try JSONSchema(["$ref": "#/$defs/d0", "$defs": .object(definitions)])
        #expect(!schema.accepts("a text"), "not checked to the end, hence not accepted")
    }

    @Test func `references that lead on and on are refused before they fill the stack`() {
        var definitions: JSONObject = ["d100000": true]
        for index in 0..<100_000 { definitions["d\(index)"] = ["$ref": .string("#/$defs/d\(index + 1)")] }
        #expect(throws: JSONSchemaError.self) { try JSONSchema(["$defs": .object(definitions)]) }
    }

    @Test func `of very many members a message names some`() throws {
        var members = JSONObject()
        for index in 0..<10_000 { members["m\(index)"] = 1 }
        let violation = try #require(try JSONSchema(["required": ["x"]]).violations(in: .object(members)).first)
        #expect(violation.found.count < 300 && violation.found.hasSuffix("…"))
    }
}
