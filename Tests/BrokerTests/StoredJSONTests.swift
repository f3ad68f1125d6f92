import Protocols
import Testing

@testable import Broker

@Suite struct StoredJSONTests {
    @Test(
        arguments: [
            (#"{"a": [1, 2.5, 1e-07, null, true], "b": {}}"#, #"{"a":[1,2.5,1e-07,null,true],"b":{}}"#),
            (#"{"big": 12345678901234567890123}"#, #"{"big":12345678901234567890123}"#),
            (#""\u00b5 \u00e9 \ud83d\ude00 \u007f""#, "\"µ é 😀 \u{7F}\""),
            (#""N I , : \" \\ \\u00b5 \n \u0001""#, #""N I , : \" \\ \\u00b5 \n \u0001""#),
            (#""\ud800 \ud800\u0041 \udc00""#, #""\ud800 \ud800\u0041 \udc00""#),
            ("\"\\u12", "\"\\u12"), ("\"\\", "\"\\"), ("", ""),
        ])
    func `stored text becomes wire text`(stored: String, wire: String) throws {
        #expect(try StoredJSON.wire(stored) == wire)
    }

    @Test(arguments: ["[NaN]", #"{"a": -Infinity}"#, "Infinity"])
    func `what is not finite cannot be sent`(stored: String) {
        #expect(throws: Refusal.self) { try StoredJSON.wire(stored) }
    }

    @Test func `any value comes back as it was written`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(state: seed)
        for _ in 0..<500 {
            let value = Self.value(depth: 4, &random)
            #expect(try StoredJSON.wire(PythonText.json(value)) == value.text(), "seed \(seed)")
        }
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        let letters: [Character] = ["a", " ", "\"", "\\", "µ", "😀", "\n", "\u{1}", "N", "{", "u", "\u{7F}", "/"]
        func text(_ random: inout SeededGenerator) -> String {
            String(
                (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in letters.randomElement(using: &random) })
        }
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: Int64.min...Int64.max, using: &random))
        case 3: return .number(Double.random(in: -1e3...1e3, using: &random))
        case 4: return .string(text(&random))
        case 5:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.value(depth: depth - 1, &random) })
        default:
            var members = JSONObject()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                members[text(&random)] = Self.value(depth: depth - 1, &random)
            }
            return .object(members)
        }
    }
}
