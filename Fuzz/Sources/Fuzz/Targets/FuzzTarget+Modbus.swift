import Protocols

extension FuzzTarget {
    /// What comes in on a serial line: requests, as a simulated unit reads them, and answers to some of our own.
    static let modbusRTU = FuzzTarget("modbus-rtu") { input in
        var whole = ModbusRTURequestDecoder()
        let frames = whole.frames(adding: input)
        var piecewise = ModbusRTURequestDecoder()
        var found: [ModbusRTUFrame] = []
        for byte in input { found += piecewise.frames(adding: [byte]) }
        promise(frames == found, "the frames depend on how the bytes arrive")
        promise(whole.droppedBytes == piecewise.droppedBytes, "as many bytes are dropped, however they arrive")
        for frame in frames {
            promise(ModbusRTUFrame(parsing: frame.bytes[...]) == frame, "does not read what it wrote")
            Self.read(frame.pdu)
        }
        if let length = ModbusRTUFrame.responseLength(in: input[...]), length <= input.count,
            let frame = ModbusRTUFrame(parsing: input[..<length])
        {
            Self.answer(frame.pdu)
        }
        Self.read(input)
        Self.answer(input)
    }

    static let modbusTCP = FuzzTarget("modbus-tcp") { input in
        var whole = ModbusTCPDecoder()
        let frames = whole.frames(adding: input)
        var piecewise = ModbusTCPDecoder()
        var found: [ModbusTCPFrame] = []
        for byte in input { found += piecewise.frames(adding: [byte]) }
        promise(frames == found, "the frames depend on how the bytes arrive")
        promise(whole.hasLostFraming == piecewise.hasLostFraming, "lost where it was not lost")
        for frame in frames {
            promise(ModbusTCPFrame(parsing: frame.bytes[...]) == frame, "does not read what it wrote")
            Self.read(frame.pdu)
            Self.answer(frame.pdu)
        }
    }

    /// Registers as values: the first bytes say how a point lies in them.
    static let modbusPoint = FuzzTarget("modbus-point") { input in
        var reader = InputReader(input)
        let type = ModbusNumberType.allCases[Int(reader.byte()) % ModbusNumberType.allCases.count]
        let order = ModbusRegisterOrder.allCases[Int(reader.byte()) % ModbusRegisterOrder.allCases.count]
        let low = Int(reader.byte()) % 16
        let encodings: [ModbusEncoding] = [
            .number(type), .bits(low...max(low, Int(reader.byte()) % 16)),
            .text(registers: 1 + Int(reader.byte()) % 130),
        ]
        let scale = Double(Int8(bitPattern: reader.byte())) / 10
        let start = Int(reader.byte())
        let registers = reader.rest.chunkedPairs
        for encoding in encodings {
            let isNumber = encoding == .number(type)
            guard
                let point = try? ModbusPoint(
                    .holding, address: UInt16(start), encoding, order: order, scale: isNumber ? scale : 1,
                    missing: isNumber && type.isInteger ? [-32768] : [])
            else { continue }
            guard let value = try? point.value(in: .registers(registers), from: 0) else { continue }
            _ = try? point.contents(for: value)
            _ = try? point.masks(for: value)
        }
    }

    private static func read(_ pdu: [UInt8]) {
        guard let request = try? ModbusRequest(parsing: pdu) else { return }
        promise(request.fault == nil, "a faulty request was read")
        promise((try? ModbusRequest(parsing: request.pdu)) == request, "does not read what it wrote")
        _ = request.description
    }

    private static let requests: [ModbusRequest] = [
        .read(.coil, address: 0, count: 9), .read(.holding, address: 2, count: 2), .writeCoil(address: 1, true),
        .writeRegister(address: 3, 7), .writeRegisters(address: 4, [1, 2]), .maskRegister(address: 5, and: 6, or: 7),
        .readWriteRegisters(read: 1, count: 1, write: 2, [3]),
    ]

    private static func answer(_ pdu: [UInt8]) {
        for request in Self.requests {
            guard let response = try? ModbusResponse(parsing: pdu[...], to: request) else { continue }
            // The bits that fill up the last byte are not kept.
            if case .contents(.bits) = response { continue }
            promise(response.pdu(to: request) == pdu, "the answer to \(request) is written as another one")
        }
    }
}

extension [UInt8] {
    fileprivate var chunkedPairs: [UInt16] {
        stride(from: 0, to: self.count - 1, by: 2).map { UInt16(self[$0]) << 8 | UInt16(self[$0 + 1]) }
    }
}
