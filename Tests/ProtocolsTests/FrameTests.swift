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

    // MARK: Drives

    @Test func `frames of a drive are found wherever they are cut`() {
        let verifier = FrameVerifier<EposV2Decoder.Event> { chunks in
            var decoder = EposV2Decoder()
            return chunks.joined().compactMap { decoder.take($0) }
        }
        let answers = [EposResponse(value: 0x9001), EposResponse(), EposResponse(error: .noSuchObject, value: 0)]
        let requests = [EposRequest.write(ObjectAddress(0x6040), 7, node: 2), .read(ObjectAddress(0x6090), node: 0x90)]
        let messages =
            answers.map { EposV2Frame(code: EposResponse.code, payload: $0.payload) }
            + requests.map { EposV2Frame(code: $0.code(.v2), payload: $0.payload(.v2)) }
        let frames = messages.map { (bytes: $0.bytes, values: [EposV2Decoder.Event.frame($0)]) }
        #expect(verifier.complaint(about: frames) == nil)
        // A lone escape, half a frame.
        let noisy = frames.map { (bytes: [0x90, 0x55, 0x90, 0x02, 0x68, 0x04] + $0.bytes, values: $0.values) }
        #expect(verifier.complaint(about: noisy) == nil)
    }

    @Test func `messages of a V1 dialogue are found wherever they are cut`() {
        let verifier = FrameVerifier(length: { bytes in bytes.first.map { EposV1Message.length(first: $0) } }) {
            EposV1Message(code: EposResponse.code, rest: $0)
        }
        let messages = [EposResponse(value: 0x0437), EposResponse(), EposResponse(error: .timedOut)].map {
            EposV1Message(code: EposResponse.code, payload: $0.payload)
        }
        #expect(verifier.complaint(about: messages.map { ($0.rest, [Optional($0)]) }) == nil)
    }

    @Test func `lines of a CAN adapter are found wherever they are cut`() {
        let verifier = FrameVerifier<SLCANLine> { chunks in
            var decoder = SLCANDecoder()
            return chunks.joined().compactMap { decoder.take($0) }
        }
        let request = SDORequest.download(ObjectAddress(0x6040), [0x0F, 0x01])
        let lines: [SLCANLine] = [
            .close, .rate(8), .open, .acknowledged, .refused,
            .frame(CANopenMessage.sdoRequest(request, node: 2).frame), .frame(CANFrame(0x702, [0x7F])),
            .unknown(Array("t6021".utf8)),
        ]
        #expect(verifier.complaint(about: lines.map { ($0.bytes, [$0]) }) == nil)
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
