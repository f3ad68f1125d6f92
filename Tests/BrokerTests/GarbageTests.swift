import Protocols
import Testing

@testable import Broker

@Suite struct GarbageTests {
    @Test(
        arguments: [
            ("{bad", 1, "Expecting property name enclosed in double quotes"),
            (#"{"a":1,}"#, 7, "Expecting property name enclosed in double quotes"), ("[1,]", 3, "Expecting value"),
            (#"{"a" 1}"#, 5, "Expecting ':' delimiter"), (#"{"a":1 "b"}"#, 7, "Expecting ',' delimiter"),
            ("{} x", 3, "Extra data"), (#"{"é":é}"#, 5, "Expecting value"), ("  ", 2, "Expecting value"),
            (#"{"a"#, 1, "Unterminated string starting at"), (#""\x""#, 1, #"Invalid \escape"#),
            (#"["\u12"]"#, 3, #"Invalid \uXXXX escape"#), ("{\"a\":\"\n\"}", 6, "Invalid control character at"),
        ])
    func `broken JSON is told with its place, before anyone asks who sent it`(
        text: String,
        offset: Int64,
        words: String
    ) async throws {
        let bench = try await BrokerBench()
        for authorization: String?? in [.none, .some(nil), .some("Bearer x")] {
            for path in ["/requests/", "/results/", "/results/post_unsolicited_result"] {
                let answer = await bench.call("POST", path, text: text, authorization: authorization)
                #expect(answer.status == 422)
                #expect(
                    answer.json == [
                        "detail": [
                            [
                                "type": "json_invalid", "loc": ["body", .integer(offset)], "msg": "JSON decode error",
                                "input": [:], "ctx": ["error": .string(words)],
                            ]
                        ]
                    ]
                )
            }
        }
        // Who sent it comes before what it should look like.
        #expect(await bench.call("POST", "/requests/", text: "[]", authorization: .some(nil)).status == 401)
    }

    @Test func `nesting without end and bytes that are no text are refused without reading on`() async throws {
        let bench = try await BrokerBench()
        let deep = String(repeating: "[", count: 100_000)
        for text in [deep, deep + String(repeating: "]", count: 100_000), String(repeating: "{\"a\":", count: 100_000)]
        {
            let answer = await bench.call("POST", "/requests/", text: text)
            #expect(answer.status == 400 && answer.detail == "There was an error parsing the body")
        }
        var call = BrokerCall(method: "POST", path: "/requests/", contentType: "application/json")
        call.authorization = "Bearer \(bench.token)"
        call.body = Array("{\"a\":\"".utf8) + [0xFF, 0xC0] + Array("\"}".utf8)
        let answer = BenchAnswer(await bench.broker.desk.answer(call))
        #expect(answer.status == 400 && answer.detail == "There was an error parsing the body")
    }

    @Test func `a number that is not finite in the wrong place crashes the report about it`() async throws {
        let bench = try await BrokerBench()
        for text in ["NaN", "[NaN]", "-Infinity"] {
            #expect(await bench.call("POST", "/requests/", text: text).status == 500)
        }
    }

    @Test func `whatever bytes come, an answer comes back`() async throws {
        let bench = try await BrokerBench()
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(state: seed)
        let words = [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "u12", "NaN", "1e", "null", "quantity", "methods", "flow",
            "\u{0}", "é", "&", "=", "%", "%zz", "/", "?", " ", "-", "request_id",
        ]
        let paths = ["/requests/", "/results/", "/user_management/authenticate", "/requests/x/update_status/"]
        for _ in 0..<500 {
            let body = (0..<Int.random(in: 0...30, using: &random)).compactMap { _ in
                words.randomElement(using: &random)
            }
            let path = paths.randomElement(using: &random) ?? "/"
            let query = (0..<4).compactMap { _ in words.randomElement(using: &random) }.joined()
            let type = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]
                .randomElement(using: &random)
            let answer = await bench.call("POST", path + "?" + query, text: body.joined(), type: type)
            #expect((200...500).contains(answer.status), "seed \(seed)")
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
