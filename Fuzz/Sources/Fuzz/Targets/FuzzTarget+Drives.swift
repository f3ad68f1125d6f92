import Protocols

extension FuzzTarget {
    /// Both directions of maxon's protocol V2.
    static let eposV2 = FuzzTarget("epos-v2") { input in
        var decoder = EposV2Decoder()
        for case .frame(let frame)? in input.map({ decoder.take($0) }) {
            var again = EposV2Decoder()
            promise(frame.bytes.compactMap { again.take($0) } == [.frame(frame)], "\(frame) is read as another frame")
            Self.readMessage(frame.code, frame.payload, [.v2, .v2OfEpos2])
        }
    }

    /// Messages of maxon's protocol V1: code and rest, one behind the other.
    static let eposV1 = FuzzTarget("epos-v1") { input in
        var rest = input[...]
        while let code = rest.popFirst(), let first = rest.first {
            let count = EposV1Message.length(first: first)
            let message = EposV1Message(code: code, rest: Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
            guard let message else { continue }
            promise(EposV1Message(code: code, rest: message.rest) == message, "\(message) is read as another message")
            Self.readMessage(code, message.payload, [.v1])
        }
    }

    /// Lines of a serial CAN adapter, and what they mean to a CANopen node and its master.
    static let slcan = FuzzTarget("slcan") { input in
        var decoder = SLCANDecoder()
        for case let line? in input.map({ decoder.take($0) }) {
            var again = SLCANDecoder()
            promise(line.bytes.compactMap { again.take($0) } == [line], "\(line) is read as another line")
            guard case .frame(let frame) = line else { continue }
            promise(SocketCANFrame.frame(parsing: SocketCANFrame.bytes(of: frame)[...]) == frame, "another frame")
            let message = CANopenMessage(frame)
            promise(CANopenMessage(message.frame) == message, "\(message) is read as another message")
        }
        _ = SocketCANFrame.frame(parsing: input[...])
    }

    /// What a node answers to one transfer, eight bytes each: read, written at once or written in segments.
    static let sdo = FuzzTarget("sdo") { input in
        var reader = InputReader(input)
        let choice = Int(reader.byte())
        let address = ObjectAddress(0x1008)
        var transfer =
            choice & 1 == 0
            ? SDOTransfer(reading: address)
            : SDOTransfer(writing: Array(repeating: 7, count: choice / 2), to: address)
        var rest = reader.rest[...]
        while rest.count >= 8 {
            let bytes = Array(rest.prefix(8))
            rest = rest.dropFirst(8)
            if let request = SDORequest(parsing: bytes) {
                promise(SDORequest(parsing: request.bytes) == request, "\(request) is read as another request")
            }
            guard let response = SDOResponse(parsing: bytes) else { continue }
            promise(SDOResponse(parsing: response.bytes) == response, "\(response) is read as another answer")
            switch transfer.take(response) {
            case .send(let request): promise(request.bytes.count == 8, "\(request) is no frame's content")
            case .done(let value): promise(value.count <= 4096, "more than is read")
            case .failed, .unrelated: break
            }
        }
    }

    private static func readMessage(_ code: UInt8, _ payload: [UInt8], _ dialects: [EposDialect]) {
        for dialect in dialects {
            guard let request = EposRequest(code: code, payload: payload, dialect) else { continue }
            promise(
                request.code(dialect) == code && request.payload(dialect) == payload,
                "\(request) is written in another way than it was read")
        }
        guard let response = EposResponse(payload: payload) else { return }
        promise(response.payload == payload, "\(response) is written in another way than it was read")
    }
}
