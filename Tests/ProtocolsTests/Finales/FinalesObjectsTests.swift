import Protocols
import Testing

@Suite struct FinalesObjectsTests {
    static let request: JSONValue = [
        "quantity": "electrolyte", "methods": ["flow"], "parameters": ["flow": ["volume": 4.2]],
        "tenant_uuid": "11111111-2222-4333-8444-555555555555",
    ]
    static let result: JSONValue = [
        "data": ["x": [1.0, nil]], "quantity": "density", "method": ["vibrating_tube_densimetry"],
        "parameters": ["vibrating_tube_densimetry": [:]], "tenant_uuid": "t", "request_uuid": "r",
    ]

    @Test func `objects keep their text through reading and writing`() throws {
        #expect(try FinalesRequest(parsing: Self.request).json.text() == Self.request.text())
        #expect(try FinalesResult(parsing: Self.result).json.text() == Self.result.text())
        let info: JSONValue = [
            "uuid": "u", "ctime": "2026-11-23T20:17:23.809421", "status": "pending", "request": Self.request,
        ]
        #expect(try RequestInfo(parsing: info).json.text() == info.text())
        let resultInfo: JSONValue = [
            "uuid": "u", "ctime": "2026-11-23T20:17:24", "status": "original", "result": Self.result,
        ]
        #expect(try ResultInfo(parsing: resultInfo).json.text() == resultInfo.text())
        let tenant: JSONValue = [
            "tenant_uuid": "u", "name": "lab", "limitations": [["quantity": "q", "method": "m", "limitations": [[:]]]],
            "contact_person": "['LAB']", "is_active": true,
        ]
        #expect(try TenantInfo(parsing: tenant).json.text() == tenant.text())
        let capability: JSONValue = [
            "quantity": "q", "method": "m", "json_schema_specifications": [:], "json_schema_result_output": true,
        ]
        #expect(try CapabilityInfo(parsing: capability).json.text() == capability.text())
    }

    @Test func `members that are not known are ignored`() throws {
        var members = try #require(Self.request.object)
        members["priority"] = 3
        #expect(try FinalesRequest(parsing: .object(members)) == FinalesRequest(parsing: Self.request))
    }

    @Test func `what is missing or misshapen is named`() throws {
        #expect { try FinalesRequest(parsing: ["quantity": "q", "methods": "flow"]) } throws: {
            "\($0)" == #"FINALES request: "methods" should be a list of strings, found "flow""#
        }
        #expect { try RequestInfo(parsing: ["uuid": "u", "ctime": "yesterday"]) } throws: { "\($0)".contains("ctime") }
        #expect(throws: FinalesFormatError.self) { try FinalesResult(parsing: []) }
        #expect { try ResultInfo(parsing: ["uuid": "u", "ctime": "2026-01-01T00:00:00", "status": "new"]) } throws: {
            "\($0)".contains("one of original, deleted, amended")
        }
    }

    @Test(arguments: ["2026-11-23T20:17:23", "2026-11-23T20:17:23.809421", "2024-02-29T23:59:59.000001"])
    func `times read and write the same with and without fraction`(text: String) throws {
        let time = try #require(FinalesTime(text))
        #expect(time.description == text)
        #expect(FinalesTime(text.replacing("T", with: " ")) == time)
    }

    @Test(
        arguments: [
            "", "2026-11-23", "2026-11-23T20:17", "2026-13-23T20:17:23", "2026-11-23T20:17:23.", "2026-11-23T20:17:2x",
            "2026-11-23T24:17:23", "2026-11-23T20:17:23.1234567890",
        ])
    func `what is no time is none`(text: String) { #expect(FinalesTime(text) == nil) }

    @Test func `a fraction of another length is still a fraction`() {
        #expect(FinalesTime("2026-11-23T20:17:23.8")?.microsecond == 800_000)
        #expect(FinalesTime("2026-11-23T20:17:23.809421999")?.microsecond == 809_421)
    }

    @Test func `a zone moves the clock on the wall and not the instant`() {
        let utc = FinalesTime(secondsSince1970: 1_795_465_244, microsecond: 673_191)
        let berlin = FinalesTime(secondsSince1970: 1_795_465_244, microsecond: 673_191, zoneOffset: 3600)
        #expect(utc.description == "2026-11-23T20:20:44.673191")
        #expect(berlin.text(separator: " ", fraction: .always) == "2026-11-23 21:20:44.673191")
        #expect(FinalesTime(secondsSince1970: 0).description == "1970-01-01T00:00:00")
        #expect(FinalesTime(secondsSince1970: 0, zoneOffset: -1).description == "1969-12-31T23:59:59")
        #expect(FinalesTime(secondsSince1970: 951_782_400).description == "2000-02-29T00:00:00")
        #expect(
            utc < berlin && FinalesTime(secondsSince1970: 5) > FinalesTime(secondsSince1970: 4, microsecond: 999_999)
        )
    }

    @Test(
        arguments: [
            "5b528d65-5efe-4ae4-8411-6597776a40c5", "5B528D655EFE4AE484116597776A40C5",
            "urn:uuid:5b528d65-5efe-4ae4-8411-6597776a40c5", "{5b528d65-5efe-4ae4-8411-6597776a40c5}",
        ])
    func `identifiers are read in all their forms`(text: String) throws {
        #expect(try FinalesUUID(parsing: text).description == "5b528d65-5efe-4ae4-8411-6597776a40c5")
        #expect(try FinalesUUID(parsing: text).hex == "5b528d655efe4ae484116597776a40c5")
    }

    @Test func `what is no identifier says whether its length or its digits are wrong`() {
        #expect(throws: FinalesUUID.MalformedUUID.length) { try FinalesUUID(parsing: "not-a-uuid") }
        #expect(throws: FinalesUUID.MalformedUUID.digits(String(repeating: "z", count: 32))) {
            try FinalesUUID(parsing: String(repeating: "z", count: 32))
        }
    }

    @Test func `random identifiers are of version 4`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            let text = Array(FinalesUUID(random: &generator).description)
            #expect(text.count == 36 && text[14] == "4" && "89ab".contains(text[19]))
        }
    }
}
