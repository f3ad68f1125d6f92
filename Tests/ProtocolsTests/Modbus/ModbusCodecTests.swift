import Protocols
import Testing

@Suite struct ModbusCodecTests {
    /// The examples of Modbus Application Protocol V1.1b3, 6.1 to 6.17: request, answer, and the meaning of both.
    static let examples: [(request: ModbusRequest, asked: [UInt8], response: ModbusResponse, answered: [UInt8])] = [
        (
            .read(.coil, address: 19, count: 19), [0x01, 0x00, 0x13, 0x00, 0x13],
            .contents(.bits(Self.bits(0xCD, 0x6B, 0x05, count: 19))), [0x01, 0x03, 0xCD, 0x6B, 0x05]
        ),
        (
            .read(.discrete, address: 196, count: 22), [0x02, 0x00, 0xC4, 0x00, 0x16],
            .contents(.bits(Self.bits(0xAC, 0xDB, 0x35, count: 22))), [0x02, 0x03, 0xAC, 0xDB, 0x35]
        ),
        (
            .read(.holding, address: 107, count: 3), [0x03, 0x00, 0x6B, 0x00, 0x03],
            .contents(.registers([555, 0, 100])), [0x03, 0x06, 0x02, 0x2B, 0x00, 0x00, 0x00, 0x64]
        ),
        (
            .read(.input, address: 8, count: 1), [0x04, 0x00, 0x08, 0x00, 0x01],
            .contents(.registers([10])), [0x04, 0x02, 0x00, 0x0A]
        ),
        (.writeCoil(address: 172, true), [0x05, 0x00, 0xAC, 0xFF, 0x00], .done, [0x05, 0x00, 0xAC, 0xFF, 0x00]),
        (.writeRegister(address: 1, 3), [0x06, 0x00, 0x01, 0x00, 0x03], .done, [0x06, 0x00, 0x01, 0x00, 0x03]),
        (
            .writeCoils(address: 19, Self.bits(0xCD, 0x01, count: 10)),
            [0x0F, 0x00, 0x13, 0x00, 0x0A, 0x02, 0xCD, 0x01], .done, [0x0F, 0x00, 0x13, 0x00, 0x0A]
        ),
        (
            .writeRegisters(address: 1, [10, 258]), [0x10, 0x00, 0x01, 0x00, 0x02, 0x04, 0x00, 0x0A, 0x01, 0x02], .done,
            [0x10, 0x00, 0x01, 0x00, 0x02]
        ),
        (
            .maskRegister(address: 4, and: 0xF2, or: 0x25), [0x16, 0x00, 0x04, 0x00, 0xF2, 0x00, 0x25], .done,
            [0x16, 0x00, 0x04, 0x00, 0xF2, 0x00, 0x25]
        ),
        (
            .readWriteRegisters(read: 3, count: 6, write: 14, [255, 255, 255]),
            [0x17, 0x00, 0x03, 0x00, 0x06, 0x00, 0x0E, 0x00, 0x03, 0x06, 0x00, 0xFF, 0x00, 0xFF, 0x00, 0xFF],
            .contents(.registers([254, 2765, 1, 3, 13, 255])),
            [0x17, 0x0C, 0x00, 0xFE, 0x0A, 0xCD, 0x00, 0x01, 0x00, 0x03, 0x00, 0x0D, 0x00, 0xFF]
        ),
    ]

    @Test(arguments: Self.examples.indices)
    func `the standard's examples are read and written`(_ index: Int) throws {
        let example = Self.examples[index]
        #expect(example.request.pdu == example.asked)
        #expect(try ModbusRequest(parsing: example.asked) == example.request)
        #expect(example.response.pdu(to: example.request) == example.answered)
        #expect(try ModbusResponse(parsing: example.answered[...], to: example.request) == example.response)
    }

    @Test(arguments: Self.examples.indices, 1...11)
    func `an exception is told from every other answer`(_ index: Int, _ code: Int) throws {
        let request = Self.examples[index].request
        let exception = try #require(ModbusException(code: UInt8(code)))
        let pdu = ModbusResponse.exception(exception).pdu(to: request)
        #expect(pdu == [request.function | 0x80, UInt8(code)])
        #expect(try ModbusResponse(parsing: pdu[...], to: request) == .exception(exception))
        #expect(exception.description.contains("exception \(code)"))
    }

    @Test(arguments: Self.examples.indices)
    func `an answer must fit its request`(_ index: Int) throws {
        let (request, _, _, answered) = Self.examples[index]
        #expect(throws: ModbusMisfit.empty) { try ModbusResponse(parsing: [], to: request) }
        #expect(throws: ModbusMisfit.wrongFunction(0x2B, instead: request.function)) {
            try ModbusResponse(parsing: [0x2B] + answered.dropFirst(), to: request)
        }
        #expect(throws: ModbusMisfit.wrongLength(answered.count - 1, instead: answered.count)) {
            try ModbusResponse(parsing: answered.dropLast(), to: request)
        }
        #expect(throws: ModbusMisfit.wrongLength(answered.count + 1, instead: answered.count)) {
            try ModbusResponse(parsing: answered + [0], to: request)
        }
        #expect(throws: ModbusMisfit.unknownException(99)) {
            try ModbusResponse(parsing: [request.function | 0x80, 99], to: request)
        }
        if !request.isRead, request.function != 23 {
            var echo = answered
            echo[2] ^= 1
            #expect(throws: ModbusMisfit.wrongEcho) { try ModbusResponse(parsing: echo[...], to: request) }
        }
    }

    @Test(
        arguments: [
            ([0x2B, 0x0E], ModbusException.illegalFunction), ([], .illegalFunction), ([3, 0, 0], .illegalValue),
            ([3, 0, 0, 0, 0], .illegalValue), ([3, 0, 0, 0, 126], .illegalValue),
            ([1, 0, 0, 0x07, 0xD1], .illegalValue),
            ([3, 0xFF, 0xFF, 0, 2], .illegalAddress), ([5, 0, 0, 1, 0], .illegalValue),
            ([15, 0, 0, 0, 9, 1, 0xFF], .illegalValue), ([16, 0, 0, 0, 1, 2, 0], .illegalValue),
            ([16, 0xFF, 0xFF, 0, 2, 4, 0, 0, 0, 0], .illegalAddress), ([22, 0, 0, 0, 0, 0], .illegalValue),
            ([23, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0], .illegalValue),
        ] as [([UInt8], ModbusException)])
    func `a device says what is wrong with a request`(_ pdu: [UInt8], _ exception: ModbusException) {
        #expect(throws: exception) { try ModbusRequest(parsing: pdu) }
    }

    /// Modbus over Serial Line V1.02 gives no whole frame; this one is the widely printed read of ten registers of unit 1.
    @Test func `the checksum is sent low byte first`() throws {
        let bytes: [UInt8] = [0x01, 0x03, 0x00, 0x00, 0x00, 0x0A, 0xC5, 0xCD]
        let frame = ModbusRTUFrame(unit: 1, pdu: ModbusRequest.read(.holding, address: 0, count: 10).pdu)
        #expect(frame.bytes == bytes)
        #expect(ModbusRTUFrame(parsing: bytes[...]) == frame)
        for index in bytes.indices {
            var broken = bytes
            broken[index] ^= 0x10
            #expect(ModbusRTUFrame(parsing: broken[...]) == nil)
        }
    }

    @Test func `requests are found wherever the stream is cut, and among garbage`() {
        let seed: UInt64 = 71
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let requests = (0..<5).map { _ in Self.examples.randomElement(using: &random)!.request }  // not empty
            var stream: [UInt8] = []
            for request in requests {
                // Garbage that begins no frame by its checksum; too short to swallow a frame behind it.
                if round % 2 == 1, Bool.random(using: &random) {
                    stream += [0x80, 0x90, UInt8.random(in: 0...255, using: &random)]
                }
                stream += ModbusRTUFrame(unit: 9, pdu: request.pdu).bytes
            }
            var decoder = ModbusRTURequestDecoder()
            var found: [ModbusRTUFrame] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...min(12, rest.count), using: &random)
                found += decoder.frames(adding: rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            found += decoder.frames(adding: [UInt8](repeating: 0x80, count: 300))
            #expect(found.map(\.pdu) == requests.map(\.pdu), "seed \(seed), round \(round)")
            #expect(!decoder.isWithinFrame || decoder.droppedBytes > 0)
        }
    }

    @Test func `TCP frames are cut as their header says`() {
        let seed: UInt64 = 72
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let frames = (0..<4).map { _ in
                ModbusTCPFrame(
                    transaction: .random(in: 0...65535, using: &random), unit: .random(in: 0...255, using: &random),
                    pdu: (0..<Int.random(in: 1...253, using: &random)).map { _ in .random(in: 0...255, using: &random) }
                )
            }
            var decoder = ModbusTCPDecoder()
            var found: [ModbusTCPFrame] = []
            var rest = frames.flatMap(\.bytes)[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...rest.count, using: &random)
                found += decoder.frames(adding: rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(found == frames, "seed \(seed), round \(round)")
        }
    }

    @Test(arguments: [[0, 1, 0, 1, 0, 2, 1, 3], [0, 1, 0, 0, 0, 1, 1], [0, 1, 0, 0, 1, 0, 1]] as [[UInt8]])
    func `a header that cannot be is the end of the connection`(_ bytes: [UInt8]) {
        var decoder = ModbusTCPDecoder()
        #expect(decoder.frames(adding: bytes).isEmpty)
        #expect(decoder.hasLostFraming)
    }

    @Test func `no bytes bring a decoder down, and what it reads it writes again`() {
        let seed: UInt64 = 73
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            var pdu = (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            if !pdu.isEmpty, Bool.random(using: &random) {
                pdu[0] = [1, 2, 3, 4, 5, 6, 15, 16, 22, 23].randomElement(using: &random)!
            }
            if let request = try? ModbusRequest(parsing: pdu) {
                // The last bits of function 15 beyond the count are free.
                if request.function != 15 { #expect(request.pdu == pdu, "seed \(seed)") }
                #expect(request.fault == nil)
            }
            for example in Self.examples {
                guard let response = try? ModbusResponse(parsing: pdu[...], to: example.request) else { continue }
                if example.request.function > 2 { #expect(response.pdu(to: example.request) == pdu, "seed \(seed)") }
            }
            var serial = ModbusRTURequestDecoder()
            #expect(serial.frames(adding: pdu).count <= pdu.count / 4)
            serial.lineWasQuiet()
            var network = ModbusTCPDecoder()
            _ = network.frames(adding: pdu)
        }
    }

    private static func bits(_ bytes: UInt8..., count: Int) -> [Bool] {
        (0..<count).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 != 0 }
    }
}
