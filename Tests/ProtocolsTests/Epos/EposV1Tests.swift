import Protocols
import Testing

/// The dialogues of maxon's EPOS2 Communication Guide over RS-232, computed by its checksum.
@Suite struct EposV1Tests {
    static let requests: [(request: EposRequest, code: UInt8, rest: String)] = [
        (.read(ObjectAddress(0x6041), node: 2), 0x10, "01 41 60 00 02 F8 A5"),
        (.read(ObjectAddress(0x6064), node: 2), 0x10, "01 64 60 00 02 CE C8"),
        (.read(ObjectAddress(0x2078, 1), node: 2), 0x10, "01 78 20 01 02 71 80"),
        (.read(ObjectAddress(0x2071, 1), node: 2), 0x10, "01 71 20 01 02 E0 1E"),
        (.read(ObjectAddress(0x603F), node: 2), 0x10, "01 3F 60 00 02 F1 66"),
        (.read(ObjectAddress(0x1003, 1), node: 2), 0x10, "01 03 10 01 02 61 84"),
        (.read(ObjectAddress(0x2210, 1), node: 2), 0x10, "01 10 22 01 02 D3 5F"),
        (.read(ObjectAddress(0x200C, 1), node: 2), 0x10, "01 0C 20 01 02 B9 84"),
        (.read(ObjectAddress(0x200C, 4), node: 2), 0x10, "01 0C 20 04 02 1C D4"),
        (.read(ObjectAddress(0x608B), node: 2), 0x10, "01 8B 60 00 02 CE 44"),
        (.write(ObjectAddress(0x6040), 0x80, node: 2), 0x11, "03 40 60 00 02 80 00 00 00 D9 36"),
        (.write(ObjectAddress(0x6040), 0x06, node: 2), 0x11, "03 40 60 00 02 06 00 00 00 23 BF"),
        (.write(ObjectAddress(0x6040), 0x07, node: 2), 0x11, "03 40 60 00 02 07 00 00 00 13 88"),
        (.write(ObjectAddress(0x6040), 0x0F, node: 2), 0x11, "03 40 60 00 02 0F 00 00 00 B2 21"),
        (.write(ObjectAddress(0x6040), 0x3F, node: 2), 0x11, "03 40 60 00 02 3F 00 00 00 17 E4"),
        (.write(ObjectAddress(0x6040), 0x010F, node: 2), 0x11, "03 40 60 00 02 0F 01 00 00 06 57"),
        (.write(ObjectAddress(0x6040), 0x1F, node: 2), 0x11, "03 40 60 00 02 1F 00 00 00 D1 62"),
        (.write(ObjectAddress(0x6060), 1, node: 2), 0x11, "03 60 60 00 02 01 00 00 00 45 54"),
        (.write(ObjectAddress(0x6060), 6, node: 2), 0x11, "03 60 60 00 02 06 00 00 00 D5 D1"),
        (.write(ObjectAddress(0x607A), raw(-100_000), node: 2), 0x11, "03 7A 60 00 02 60 79 FE FF 07 80"),
        (.write(ObjectAddress(0x607A), raw(-675_000), node: 2), 0x11, "03 7A 60 00 02 48 B3 F5 FF 04 C5"),
        (.write(ObjectAddress(0x6081), 1_012_500, node: 2), 0x11, "03 81 60 00 02 14 73 0F 00 12 74"),
        (.write(ObjectAddress(0x6083), 200_000, node: 2), 0x11, "03 83 60 00 02 40 0D 03 00 5C B7"),
        (.write(ObjectAddress(0x2078, 1), 0x3000, node: 2), 0x11, "03 78 20 01 02 00 30 00 00 CB B7"),
        (.write(ObjectAddress(0x2078, 1), 0x2000, node: 2), 0x11, "03 78 20 01 02 00 20 00 00 6C AC"),
        (.write(ObjectAddress(0x2078, 1), 0x1000, node: 2), 0x11, "03 78 20 01 02 00 10 00 00 85 80"),
        (.write(ObjectAddress(0x6098), 18, node: 2), 0x11, "03 98 60 00 02 12 00 00 00 43 F2"),
        (.write(ObjectAddress(0x607C), 20000, node: 2), 0x11, "03 7C 60 00 02 20 4E 00 00 65 4C"),
        (.write(ObjectAddress(0x2081), 0, node: 2), 0x11, "03 81 20 00 02 00 00 00 00 27 35"),
        (.write(ObjectAddress(0x6099, 1), 2_000_000, node: 2), 0x11, "03 99 60 01 02 80 84 1E 00 1C 12"),
        (.write(ObjectAddress(0x6099, 2), 10_000, node: 2), 0x11, "03 99 60 02 02 10 27 00 00 A2 06"),
        (.write(ObjectAddress(0x609A), 200_000, node: 2), 0x11, "03 9A 60 00 02 40 0D 03 00 EB AB"),
        (.nmt(.start, node: 2), 0x0E, "01 02 00 01 00 B3 54"),
        (.nmt(.start, node: 0), 0x0E, "01 00 00 01 00 D3 3A"),
    ]

    static let answers: [(response: EposResponse, rest: String)] = [
        (EposResponse(value: 0x0437), "03 00 00 00 00 37 04 00 00 80 A7"),
        (EposResponse(), "01 00 00 00 00 51 AA"),
        (EposResponse(value: raw(-1234)), "03 00 00 00 00 2E FB FF FF DE 2C"),
        (EposResponse(error: .noSuchObject, value: 0), "03 00 00 02 06 00 00 00 00 26 E4"),
        (EposResponse(error: .noSuchObject), "01 00 00 02 06 B5 20"),
    ]

    @Test(arguments: requests)
    func `requests are the printed ones, and are read back from them`(
        _ one: (request: EposRequest, code: UInt8, rest: String)
    ) {
        #expect(one.request.code(.v1) == one.code)
        let message = EposV1Message(code: one.code, payload: one.request.payload(.v1))
        #expect(message.rest == bytes(one.rest))
        #expect(EposV1Message(code: one.code, rest: bytes(one.rest)) == message)
        #expect(EposRequest(code: message.code, payload: message.payload, .v1) == one.request)
    }

    @Test(arguments: answers)
    func `answers are the printed ones, and are read back from them`(_ one: (response: EposResponse, rest: String)) {
        let message = EposV1Message(code: 0, payload: one.response.payload)
        #expect(message.rest == bytes(one.rest))
        #expect(
            EposV1Message(code: 0, rest: bytes(one.rest)).flatMap { EposResponse(payload: $0.payload) } == one.response)
    }

    @Test func `any one flipped bit behind the length spoils a message`() {
        let rest = bytes("03 81 60 00 02 14 73 0F 00 12 74")
        for bit in 0..<rest.count * 8 {
            var broken = rest
            broken[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(EposV1Message(code: 0x11, rest: broken) == nil, "bit \(bit)")
        }
    }
}
