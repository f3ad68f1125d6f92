import Protocols
import Testing

@Suite struct MethodScriptOutputTests {
    @Test func `loops without end are told, not remembered`() {
        let events = Self.events(["e"] + Array(repeating: "L", count: 1000) + Array(repeating: "M000D", count: 2))
        #expect(events.contains(.garbled("loops nested too deep")))
        #expect(events.last == .garbled("a measurement inside a measurement"))
    }

    @Test func `a measurement is accepted, runs and ends`() {
        let lines = ["e", "Trun 7", "M0007", "*", "M000D", "Pdc8030D40 ;cc804C4B4m,10,218;cd7BF2670u,10,206", "*", ""]
        let events = Self.events(lines)
        #expect(events.first == .accepted && events.last == .finished)
        #expect(events.contains(.text("run 7")) && events.contains(.measurementStarted(.impedance)))
        #expect(events.count == lines.count)
        #expect(!events.contains { if case .garbled = $0 { true } else { false } })
    }

    @Test func `acceptance and first output may come on one line`() {
        #expect(Self.events(["eM0000"]) == [.accepted, .measurementStarted(.linearSweep)])
        #expect(Self.events(["eL"]) == [.accepted, .loopStarted])
    }

    @Test func `a script that is refused ends at once`() {
        var output = MethodScriptOutput()
        let fault = MethodScriptFault(.unknownScriptCommand, line: 2, column: 6)
        #expect(output.take(Array("e!4001: Line 2, Col 6".utf8)) == [.rejected(fault)])
        let hasEnded = output.hasEnded
        #expect(hasEnded)
    }

    @Test func `an error while running ends the script`() {
        let events = Self.events(["e", "M000D", "!0032: Line 17"])
        #expect(events.last == .failed(MethodScriptFault(.criticalOverload, line: 17)))
        #expect(Self.events(["e", "M000D", "!0032: Line 17", ""]).count == 3)
    }

    @Test func `an exclamation mark in a text is no error`() {
        #expect(Self.events(["e", "T!0032: Line 1", ""]) == [.accepted, .text("!0032: Line 1"), .finished])
        #expect(Self.events(["e", "Tx!0032", ""]) == [.accepted, .text("x!0032"), .finished])
    }

    @Test func `points may come before the answer to an abort`() {
        let events = Self.events(["e", "M000D", "Pdc8030D40 ", "Z", "*", ""])
        #expect(events.suffix(3) == [.acknowledged(UInt8(ascii: "Z")), .measurementEnded, .finished])
    }

    @Test func `an abort that came too late is refused`() {
        let events = Self.events(["Z!0006", "e", ""])
        #expect(events == [.refused(command: UInt8(ascii: "Z"), MethodScriptFault(.wrongMode)), .accepted, .finished])
    }

    @Test func `loops and scans nest`() {
        let lines = ["e", "L", "M0005", "C0000", "-", "C0001", "-", "*", "+", ""]
        #expect(Self.events(lines).last == .finished)
        #expect(Self.events(lines)[3] == .scanStarted(0))
    }

    @Test(arguments: [
        ["e", "L1"], ["e", "MXYZW"], ["e", "M00D"], ["e", "M000D", "+"], ["e", "*"], ["e", "M000D", "M000D"],
        ["e", "C0000"],
        ["e", "M000D", ""], ["e", "Pxx"], ["e", "!12"], ["e", "hello"], ["hello"], ["e", "**"],
    ])
    func `what fits nothing is garbled`(_ lines: [String]) throws {
        let last = try #require(Self.events(lines).last)
        guard case .garbled = last else {
            Issue.record("\(lines) gave \(last)")
            return
        }
    }

    @Test(arguments: [
        ("e!4001: Line 2, Col 6", "e", 0x4001, 2, 6), ("Z!0006", "Z", 0x0006, -1, -1),
        ("!0032: Line 17", "", 0x0032, 17, -1),
        ("f!0003", "f", 0x0003, -1, -1), ("e!400b: Line 1", "e", 0x400B, 1, -1),
        ("e!4001: Line 99999999999", "e", 0x4001, -1, -1),
    ])
    func `errors carry code and place`(_ text: String, _ echo: String, _ code: Int, _ line: Int, _ column: Int) throws {
        let fault = try #require(MethodScriptFault(parsing: Array(text.utf8), echo: echo.utf8.first))
        #expect(Int(fault.code.rawValue) == code)
        #expect(fault.line ?? -1 == line)
        #expect(fault.column ?? -1 == column)
    }

    @Test func `every error code has a meaning and an advice`() {
        for code in [0x0006, 0x000F, 0x0032, 0x4001, 0x4027, 0x7FFF] as [UInt16] {
            let error = MethodScriptErrorCode(rawValue: code)
            #expect(!error.meaning.isEmpty && !error.advice.isEmpty)
            #expect(error.description.hasPrefix("error "))
        }
        #expect(MethodScriptErrorCode(rawValue: 0x0ABC).description == "error 0ABC, which this agent has no name for")
    }

    @Test func `the version names model, firmware, build and release`() throws {
        let version = try MethodScriptVersion(
            parsing: [Array("tes4_lr1500#Mar 12 2026 14:28:01".utf8), Array("R*".utf8)])
        #expect(version.identifier == "es4_lr" && version.firmware == "1.500")
        #expect(version.build == "Mar 12 2026 14:28:01" && version.release == "R")
        let loader = try MethodScriptVersion(parsing: [Array("tespbl1200#Jan 1 2020*".utf8)])
        #expect(loader.identifier == MethodScriptInstrument.bootloaderIdentifier)
        #expect(throws: MethodScriptSyntaxError.self) { try MethodScriptVersion(parsing: [Array("t!0003".utf8)]) }
        #expect(throws: MethodScriptSyntaxError.self) { try MethodScriptVersion(parsing: []) }
    }

    @Test func `no line crashes the reader`() {
        let seed: UInt64 = 31
        var random = SplitMix(seed: seed)
        let alphabet = Array("e!MCLPTZYhHR*-+0123456789ABCDEFabcdu ,;:\u{0}\u{7F}\u{FF}".utf8)
        for _ in 0..<20_000 {
            var output = MethodScriptOutput()
            if Bool.random(using: &random) { _ = output.take([UInt8(ascii: "e")]) }
            for _ in 0..<4 {
                let length = Int.random(in: 0...24, using: &random)
                let line = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
                #expect(output.take(line).count <= 2, "seed \(seed): \(line)")
            }
        }
    }

    @Test func `flow control and carriage returns are no part of a line`() {
        #expect(MethodScriptLine.cleaned([0x13, 0x65, 0x11, 0x0D]) == [0x65])
    }

    private static func events(_ lines: [String]) -> [MethodScriptOutput.Event] {
        var output = MethodScriptOutput()
        return lines.flatMap { output.take(Array($0.utf8)) }
    }
}
