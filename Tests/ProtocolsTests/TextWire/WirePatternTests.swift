import Protocols
import Testing

@Suite struct WirePatternTests {
    static let fields: [String: WireField] = [
        "n": .decimal(width: nil, decimals: nil, sign: false), "text": .text(width: nil),
        "word": .options([.init(name: "off", wire: Array("0".utf8)), .init(name: "on", wire: Array("1".utf8))]),
        "long": .options([.init(name: "a", wire: Array("A".utf8)), .init(name: "ab", wire: Array("AB".utf8))]),
    ]

    static func pattern(_ text: String) throws -> WirePattern {
        try WirePattern(text) { name throws(WirePatternError) in
            guard let field = Self.fields[name] else { throw WirePatternError(description: "no \(name)") }
            return field
        }
    }

    @Test(arguments: [
        ("T={n}", "T=23.5", ["n": WireValue.number(23.5)]), ("{n:.2} C", "-0.25 C", ["n": .number(-0.25)]),
        ("{n} C", "1.5e-3C", ["n": .number(0.0015)]), ("{n:8.2}", "-  12.50", ["n": .number(-12.5)]),
        ("{n:x4}", "FF38", ["n": .number(65336)]), ("{n:i4}", "FF38", ["n": .number(-200)]),
        ("{_:6}{n}{_:1}g", "N     + 12.3 g", ["n": .number(12.3)]),
        ("{text},{n}", "a b,7", ["text": .word("a b"), "n": .number(7)]),
        ("{word};{text}", "1;x", ["word": .word("on"), "text": .word("x")]), ("{long}", "AB", ["long": .word("ab")]),
        ("{_}END", "anything ENEND", [:]), ("{{{n}}}", "{5}", ["n": .number(5)]),
        ("\\x02{n}\\r", "\u{2}5\r", ["n": .number(5)]),
    ])
    func `an answer is read`(_ pattern: String, _ answer: String, _ values: [String: WireValue]) throws {
        let match = try Self.pattern(pattern).match(Array(answer.utf8))
        #expect(match == .matched(values, length: answer.utf8.count))
    }

    @Test(arguments: [
        ("T={n}", "T=", 2), ("T={n}", "T=23.5x", 6), ("T={n}", "t=1", 0), ("{n}", "1.2.3", 5), ("{n}", "+", 1),
        ("{n}", "", 0), ("{n:8.2}", "12.50", 0), ("{n:x4}", "FFG8", 0), ("{word}", "2", 0), ("{text}", "a\u{7}", 2),
        ("{n}", String(repeating: "9", count: 41), 41),
    ])
    func `what does not fit is told where`(_ pattern: String, _ answer: String, _ offset: Int) throws {
        #expect(try Self.pattern(pattern).match(Array(answer.utf8)) == .mismatch(offset: offset))
    }

    @Test(arguments: ["T={n};{word}", "{_:4}{long}!", "{text},{n:i4}"])
    func `an answer in pieces is waited for, whole or split anywhere`(_ text: String) throws {
        let pattern = try Self.pattern(text)
        let values: [String: WireValue] = [
            "n": .number(12), "word": .word("on"), "long": .word("a"), "text": .word("hello"),
        ]
        let bytes = try #require(pattern.bytes(values))
        for count in 0..<bytes.count {
            #expect(pattern.match(bytes[..<count], isWhole: false) == .incomplete, "\(count) of \(bytes)")
        }
        guard case .matched(_, let length) = pattern.match(bytes + [0x41, 0x42], isWhole: false) else {
            Issue.record("\(bytes) is not recognised")
            return
        }
        #expect(length == bytes.count)
    }

    @Test func `what is written is read again as it was`() throws {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &random)
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let pattern = try Self.pattern("A{n:+12.3}{_:2}{word}={text}\\r")
        for _ in 0..<2000 {
            let values: [String: WireValue] = [
                "n": .number(Double(Int(next() % 2_000_000) - 1_000_000) / 1000),
                "word": .word(next() % 2 == 0 ? "on" : "off"), "text": .word("t\(next() % 1000)"),
            ]
            let bytes = try #require(pattern.bytes(values))
            #expect(pattern.match(bytes) == .matched(values, length: bytes.count), "seed \(seed): \(values)")
        }
    }

    @Test(arguments: [
        "{n", "n}", "{m}", "{n:z}", "{n:.10}", "{_}{n}", "{text}{n}", "{n}{n}", "\\q", "\\x4", "°", "{_:0}", "{word:3}",
    ])
    func `a pattern that says nothing certain is refused`(_ text: String) {
        #expect(throws: WirePatternError.self) { try Self.pattern(text) }
    }

    @Test(arguments: [
        (WireChecksum(.sum8), "[M01V07", "C6"), (WireChecksum(.xor8), "ABC", "40"),
        (WireChecksum(.lrc), "\u{1}\u{3}", "FC"),
        (WireChecksum(.crc16), "123456789", "4B37"), (WireChecksum(.crc16XModem), "123456789", "31C3"),
        (WireChecksum(.xor8, skipped: 1), "\u{2}AB", "03"),
    ])
    func `check characters are those of their definitions`(_ checksum: WireChecksum, _ text: String, _ digits: String) {
        #expect(String(decoding: checksum.characters(of: Array(text.utf8)), as: UTF8.self) == digits)
    }
}
