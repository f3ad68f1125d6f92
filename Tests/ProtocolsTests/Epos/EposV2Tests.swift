import Protocols
import Testing

/// The frames of maxon's EPOS4 Communication Guide, and those computed by its checksum.
@Suite struct EposV2Tests {
    static let requests: [(request: EposRequest, frame: String)] = [
        (.read(ObjectAddress(0x30B0), node: 1), "90 02 60 02 01 B0 30 00 2E 62"),
        (.read(ObjectAddress(0x6041), node: 2), "90 02 60 02 02 41 60 00 72 88"),
        (.read(ObjectAddress(0x6064), node: 2), "90 02 60 02 02 64 60 00 79 03"),
        (.read(ObjectAddress(0x6061), node: 2), "90 02 60 02 02 61 60 00 3C BF"),
        (.read(ObjectAddress(0x3000, 5), node: 2), "90 02 60 02 02 00 30 05 5A 35"),
        (.read(ObjectAddress(0x3003, 1), node: 2), "90 02 60 02 02 03 30 01 42 62"),
        (.read(ObjectAddress(0x3003, 2), node: 2), "90 02 60 02 02 03 30 02 11 37"),
        (.read(ObjectAddress(0x60A9), node: 2), "90 02 60 02 02 A9 60 00 5B 89"),
        (.read(ObjectAddress(0x607D, 1), node: 2), "90 02 60 02 02 7D 60 01 98 D8"),
        (.read(ObjectAddress(0x607D, 2), node: 2), "90 02 60 02 02 7D 60 02 CB 8D"),
        (.read(ObjectAddress(0x607F), node: 2), "90 02 60 02 02 7F 60 00 C1 06"),
        (.read(ObjectAddress(0x60FD), node: 2), "90 02 60 02 02 FD 60 00 91 36"),
        (.read(ObjectAddress(0x6081), node: 2), "90 02 60 02 02 81 60 00 D6 3B"),
        (.read(ObjectAddress(0x210C, 3), node: 2), "90 02 60 02 02 0C 21 03 DE D2"),
        (.read(ObjectAddress(0x3141, 2), node: 2), "90 02 60 02 02 41 31 02 C4 A4"),
        (.read(ObjectAddress(0x603F), node: 2), "90 02 60 02 02 3F 60 00 5D 68"),
        (.read(ObjectAddress(0x1003, 1), node: 2), "90 02 60 02 02 03 10 01 20 46"),
        (.read(ObjectAddress(0x1018, 2), node: 2), "90 02 60 02 02 18 10 02 CB 16"),
        (.read(ObjectAddress(0x1008), node: 2), "90 02 60 02 02 08 10 00 0E 6B"),
        (.write(ObjectAddress(0x6040), 0x0006, node: 2), "90 02 68 04 02 40 60 00 06 00 00 00 A0 41"),
        (.write(ObjectAddress(0x6040), 0x0007, node: 2), "90 02 68 04 02 40 60 00 07 00 00 00 90 90 76"),
        (.write(ObjectAddress(0x6040), 0x000F, node: 2), "90 02 68 04 02 40 60 00 0F 00 00 00 31 DF"),
        (.write(ObjectAddress(0x6040), 0x003F, node: 2), "90 02 68 04 02 40 60 00 3F 00 00 00 94 1A"),
        (.write(ObjectAddress(0x6040), 0x007F, node: 2), "90 02 68 04 02 40 60 00 7F 00 00 00 39 07"),
        (.write(ObjectAddress(0x6040), 0x0080, node: 2), "90 02 68 04 02 40 60 00 80 00 00 00 5A C8"),
        (.write(ObjectAddress(0x6040), 0x010F, node: 2), "90 02 68 04 02 40 60 00 0F 01 00 00 85 A9"),
        (.write(ObjectAddress(0x6040), 0x001F, node: 2), "90 02 68 04 02 40 60 00 1F 00 00 00 52 9C"),
        (.write(ObjectAddress(0x6060), 1, node: 2), "90 02 68 04 02 60 60 00 01 00 00 00 58 BF"),
        (.write(ObjectAddress(0x6060), 6, node: 2), "90 02 68 04 02 60 60 00 06 00 00 00 C8 3A"),
        (.write(ObjectAddress(0x607A), raw(-100_000), node: 2), "90 02 68 04 02 7A 60 00 60 79 FE FF E7 03"),
        (.write(ObjectAddress(0x607A), raw(-675_000), node: 2), "90 02 68 04 02 7A 60 00 48 B3 F5 FF E4 46"),
        (.write(ObjectAddress(0x6081), 1_000_000, node: 2), "90 02 68 04 02 81 60 00 40 42 0F 00 34 D0"),
        (.write(ObjectAddress(0x6081), 1_012_500, node: 2), "90 02 68 04 02 81 60 00 14 73 0F 00 67 08"),
        (.write(ObjectAddress(0x6083), 200_000, node: 2), "90 02 68 04 02 83 60 00 40 0D 03 00 6C 24"),
        (.write(ObjectAddress(0x60FE, 1), 0x10000, node: 2), "90 02 68 04 02 FE 60 01 00 00 01 00 CD 83"),
        (.write(ObjectAddress(0x60FE, 1), 0x20000, node: 2), "90 02 68 04 02 FE 60 01 00 00 02 00 AE B3"),
        (.nmt(.start, node: 2), "90 02 70 02 02 00 01 00 87 E8"),
        (.nmt(.start, node: 0), "90 02 70 02 00 00 01 00 E7 86"),
    ]

    static let answers: [(response: EposResponse, frame: String)] = [
        (EposResponse(value: 0x9001), "90 02 00 04 00 00 00 00 01 90 90 00 00 9A 5C"),
        (EposResponse(), "90 02 00 02 00 00 00 00 40 8B"),
        (EposResponse(value: 0x0437), "90 02 00 04 00 00 00 00 37 04 00 00 F1 27"),
        (EposResponse(value: 0x0040), "90 02 00 04 00 00 00 00 40 00 00 00 98 B0"),
        (EposResponse(value: 0x0021), "90 02 00 04 00 00 00 00 21 00 00 00 C3 1C"),
        (EposResponse(value: 0x0023), "90 02 00 04 00 00 00 00 23 00 00 00 A3 72"),
        (EposResponse(value: 0x0037), "90 02 00 04 00 00 00 00 37 00 00 00 00 ED"),
        (EposResponse(value: 0x0008), "90 02 00 04 00 00 00 00 08 00 00 00 94 04"),
        (EposResponse(value: 0x0140), "90 02 00 04 00 00 00 00 40 01 00 00 2C C6"),
        (EposResponse(value: 0x9090), "90 02 00 04 00 00 00 00 90 90 90 90 00 00 93 13"),
        (EposResponse(error: .noSuchObject), "90 02 00 02 00 00 02 06 A4 01"),
        (EposResponse(error: .noSuchObject, value: 0), "90 02 00 04 00 00 02 06 00 00 00 00 57 64"),
        (EposResponse(value: 4096), "90 02 00 04 00 00 00 00 00 10 00 00 92 B6"),
        (EposResponse(value: 225), "90 02 00 04 00 00 00 00 E1 00 00 00 34 3A"),
        (EposResponse(value: 16), "90 02 00 04 00 00 00 00 10 00 00 00 56 EE"),
        (EposResponse(value: 0xFDB4_4700), "90 02 00 04 00 00 00 00 00 47 B4 FD 46 10"),
        (EposResponse(value: raw(-3_456_000)), "90 02 00 04 00 00 00 00 00 44 CB FF 80 62"),
        (EposResponse(value: 5_000_000), "90 02 00 04 00 00 00 00 40 4B 4C 00 53 49"),
        (EposResponse(value: 0x1C00), "90 02 00 04 00 00 00 00 00 1C 00 00 A0 F9"),
        (EposResponse(value: 1), "90 02 00 04 00 00 00 00 01 00 00 00 05 9A"),
        (EposResponse(value: 0), "90 02 00 04 00 00 00 00 00 00 00 00 35 AD"),
    ]

    @Test(arguments: requests)
    func `requests are the printed frames, and are read back from them`(_ one: (request: EposRequest, frame: String)) {
        let frame = EposV2Frame(code: one.request.code(.v2), payload: one.request.payload(.v2))
        #expect(frame.bytes == bytes(one.frame))
        #expect(Self.events(bytes(one.frame)) == [.frame(frame)])
        #expect(EposRequest(code: frame.code, payload: frame.payload, .v2) == one.request)
    }

    @Test(arguments: answers)
    func `answers are the printed frames, and are read back from them`(_ one: (response: EposResponse, frame: String)) {
        let frame = EposV2Frame(code: EposResponse.code, payload: one.response.payload)
        #expect(frame.bytes == bytes(one.frame))
        #expect(Self.events(bytes(one.frame)) == [.frame(frame)])
        #expect(EposResponse(payload: frame.payload) == one.response)
    }

    @Test func `an EPOS2 on USB gets the requests of V1 in the frames of V2`() {
        let read = EposRequest.read(ObjectAddress(0x6041), node: 2)
        let write = EposRequest.write(ObjectAddress(0x6040), 0xF, node: 2)
        for (request, frame) in [
            (read, "90 02 10 02 41 60 00 02 37 9A"), (write, "90 02 11 04 40 60 00 02 0F 00 00 00 CD E2"),
        ] {
            let made = EposV2Frame(code: request.code(.v2OfEpos2), payload: request.payload(.v2OfEpos2))
            #expect(made.bytes == bytes(frame))
            #expect(EposRequest(code: made.code, payload: made.payload, .v2OfEpos2) == request)
        }
    }

    @Test func `a frame is found behind garbage, half a frame and a stray escape`() {
        let whole = bytes("90 02 00 02 00 00 00 00 40 8B")
        for noise in ["", "FF 00", "90", "90 55 01", "90 02 00 04 00 00", "90 02 00 04 90 55"] {
            let events = Self.events(bytes(noise) + whole)
            #expect(events == [.frame(EposV2Frame(code: 0, payload: [0, 0, 0, 0]))], "\(noise)")
        }
    }

    @Test func `any one flipped bit spoils a frame or loses it`() {
        let whole = bytes("90 02 68 04 02 81 60 00 14 73 0F 00 67 08")
        for bit in 0..<whole.count * 8 {
            var broken = whole
            broken[bit / 8] ^= 1 << UInt8(bit % 8)
            for event in Self.events(broken) {
                if case .frame(let frame) = event { Issue.record("bit \(bit) gave \(frame)") }
            }
        }
    }

    @Test func `whatever comes in, what is read is a frame with its checksum`() {
        let seed: UInt64 = 4711
        var random = SeededRandom(seed: seed)
        let alphabet: [UInt8] = [0x90, 0x02, 0x00, 0x04, 0x60, 0x68, 0xFF]
        var decoder = EposV2Decoder()
        for _ in 0..<20_000 {
            guard case .frame(let frame)? = decoder.take(alphabet.randomElement(using: &random) ?? 0) else { continue }
            #expect(Self.events(frame.bytes) == [.frame(frame)], "seed \(seed)")
        }
    }

    private static func events(_ bytes: [UInt8]) -> [EposV2Decoder.Event] {
        var decoder = EposV2Decoder()
        return bytes.compactMap { decoder.take($0) }
    }
}

/// The two's complement of a position.
func raw(_ value: Int32) -> UInt32 { UInt32(bitPattern: value) }

/// Bytes as manuals print them.
func bytes(_ hexadecimal: String) -> [UInt8] { hexadecimal.split(separator: " ").compactMap { UInt8($0, radix: 16) } }
