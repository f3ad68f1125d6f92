import Protocols
import Testing
import Trials

/// What a decoder makes of a stream does not depend on how its bytes arrive.
@Suite struct FrameTests {
    @Test func `a decoder that goes by chunks is found out`() {
        let frames: [(bytes: [UInt8], values: [Int])] = [([1, 2], [2]), ([3, 4, 5], [3])]
        let byChunk = FrameVerifier<Int> { chunks in chunks.map(\.count) }
        #expect(byChunk.complaint(about: frames)?.contains("all at once gives [5]") == true)
        let forgetful = FrameVerifier<Int> { chunks in chunks.count == 2 ? [] : [2, 3] }
        let alone: [(bytes: [UInt8], values: [Int])] = [([1, 2, 3], [2, 3])]
        #expect(forgetful.complaint(about: alone)?.contains("a cut before byte 1") == true)
    }

    // MARK: Text

    @Test(arguments: [
        TextFraming(requestEnd: [0x0A], replyEnd: .bytes([0x0D, 0x0A])),
        TextFraming(requestEnd: [0x0A], replyEnd: .bytes([0x03]), checksum: WireChecksum(.crc16)),
        TextFraming(
            requestEnd: [0x0D], replyEnd: .bytes(Array("\r\r\n".utf8)), ignored: [0x20],
            checksum: WireChecksum(.xor8, notation: .bytes)),
    ])
    func `text ends at its ending`(_ framing: TextFraming) {
        guard case .bytes(let ending) = framing.replyEnd else { return }
        let verifier = FrameVerifier(length: { framing.replyLength(in: $0) }) { framing.message(in: $0) }
        let messages = ["T=23.50", "E", "a longer answer with, commas", "T=-0.25"].map { Array($0.utf8) }
        let frames = messages.map { (bytes: framing.framed($0, ending: ending), values: [Optional($0)]) }
        #expect(verifier.complaint(about: frames) == nil)
    }

    @Test func `text of a known length ends there`() {
        let framing = TextFraming(requestEnd: [0x0D], replyEnd: .length(6), checksum: WireChecksum(.sum8))
        let verifier = FrameVerifier(length: { framing.replyLength(in: $0) }) { framing.message(in: $0) }
        let frames = ["+001", "-999", "\r\n\0\u{7F}"].map { text in
            (bytes: framing.framed(Array(text.utf8), ending: []), values: [Optional(Array(text.utf8))])
        }
        #expect(verifier.complaint(about: frames) == nil)
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func `text without an ending ends where its pattern does`(_ ending: String) throws {
        let framing = TextFraming(requestEnd: [0x0A], replyEnd: .pattern, ignored: [0x0D, 0x0A])
        let candidates = try ["{word}", "Invalid input"].map { try WirePatternTests.pattern($0) }
        let verifier = FrameVerifier(length: { framing.replyLength(in: $0, byPatterns: candidates) }) {
            framing.message(in: $0)
        }
        // The ending of an answer is taken together with the answer after it.
        let answers = ["1", "\(ending)0", "\(ending)Invalid input", "\(ending)1", "\(ending)1"]
        let frames = zip(answers, ["1", "0", "Invalid input", "1", "1"]).map { answer, text in
            (bytes: Array(answer.utf8), values: [Optional(Array(text.utf8))])
        }
        #expect(verifier.complaint(about: frames) == nil)
    }

    // MARK: Modbus

    private static let requests: [ModbusRequest] = [
        .read(.holding, address: 0, count: 3), .writeCoil(address: 1, true),
        .writeRegisters(address: 2, [8, 9, 0x0103]),
        .writeCoils(address: 2, [true, false, true]), .maskRegister(address: 1, and: 0x00F0, or: 0x0505),
        .readWriteRegisters(read: 1, count: 3, write: 3, [10]), .read(.coil, address: 0, count: 10),
    ]

    @Test func `requests on a serial line are found wherever they are cut`() {
        let verifier = FrameVerifier<ModbusRTUFrame> { chunks in
            var decoder = ModbusRTURequestDecoder()
            return chunks.flatMap { decoder.frames(adding: $0) }
        }
        let frames = Self.requests.map { ModbusRTUFrame(unit: 17, pdu: $0.pdu) }
        #expect(verifier.complaint(about: frames.map { ($0.bytes, [$0]) }) == nil)
        // 0xFF begins no request whose checksum could fit what follows.
        let noisy = frames.map { (bytes: [0xFF, 0xFF, 0xFF] + $0.bytes, values: [$0]) }
        #expect(verifier.complaint(about: noisy) == nil)
    }

    @Test func `answers on a serial line are found wherever they are cut`() {
        let verifier = FrameVerifier(length: ModbusRTUFrame.responseLength) { ModbusRTUFrame(parsing: $0[...]) }
        let answers: [[UInt8]] = [
            [3, 6, 0, 1, 0, 2, 0, 3], [5, 0, 1, 0xFF, 0], [16, 0, 2, 0, 3], [22, 0, 1, 0, 0xF0, 5, 5], [0x83, 2],
            [23, 2, 0, 10], [1, 2, 0x55, 1],
        ]
        let frames = answers.map { ModbusRTUFrame(unit: 5, pdu: $0) }
        #expect(verifier.complaint(about: frames.map { ($0.bytes, [Optional($0)]) }) == nil)
    }

    @Test func `frames over TCP are found wherever they are cut, up to where the framing is lost`() {
        enum Outcome: Equatable { case frame(ModbusTCPFrame), lost }
        let verifier = FrameVerifier<Outcome> { chunks in
            var decoder = ModbusTCPDecoder()
            let frames = chunks.flatMap { decoder.frames(adding: $0) }.map { Outcome.frame($0) }
            return frames + (decoder.hasLostFraming ? [.lost] : [])
        }
        var frames = Self.requests.enumerated().map { number, request in
            let frame = ModbusTCPFrame(transaction: UInt16(number * 300), unit: 1, pdu: request.pdu)
            return (bytes: frame.bytes, values: [Outcome.frame(frame)])
        }
        #expect(verifier.complaint(about: frames) == nil)
        frames.append((bytes: [0, 1, 0, 9, 0, 2, 1, 3], values: [.lost]))
        #expect(verifier.complaint(about: frames) == nil)
    }

    // MARK: MethodSCRIPT

    private static func lineLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.firstIndex(of: 0x0A).map { $0 - bytes.startIndex + 1 }
    }

    @Test func `script output is read wherever it is cut`() throws {
        let lines = FrameVerifier(length: Self.lineLength) { MethodScriptLine.cleaned($0.dropLast()) }
        let texts = ["e", "Trun 7", "M000D", "Pdc8030D40 ;cc804C4B4m,10,218;cd8030D40n", "*", "!0032", ""]
        let ended = texts.map { (bytes: Array("\($0)\r\n".utf8), values: [Array($0.utf8)]) }
        #expect(lines.complaint(about: ended) == nil)
        // Flow control may stand anywhere.
        let controlled = texts.map { (bytes: [0x13] + Array("\($0)\u{11}\n".utf8), values: [Array($0.utf8)]) }
        #expect(lines.complaint(about: controlled) == nil)

        let package = try MethodScriptPackage(parsing: Array("Pdc8030D40 ;cc804C4B4m,10,218".utf8))
        let events = FrameVerifier<MethodScriptOutput.Event> { chunks in
            var pending: [UInt8] = []
            var output = MethodScriptOutput()
            var all: [MethodScriptOutput.Event] = []
            for chunk in chunks {
                pending += chunk
                while let count = Self.lineLength(pending[...]) {
                    all += output.take(Array(pending[..<(count - 1)]))
                    pending.removeFirst(count)
                }
            }
            return all
        }
        let script = Array("e\nM000D\nPdc8030D40 ;cc804C4B4m,10,218\n*\n\n".utf8)
        let expected: [MethodScriptOutput.Event] = [
            .accepted, .measurementStarted(.impedance), .package(package), .measurementEnded, .finished,
        ]
        #expect(events.complaint(about: [(script, expected)]) == nil)
    }
}
