import Protocols

/// How one answer goes out: pieces of bytes with the pause before each, and whether the line breaks after them. Pure.
struct ModbusDelivery: Sendable, Hashable {
    struct Piece: Sendable, Hashable {
        var bytes: [UInt8]
        /// Wall time.
        var pause: Duration = .zero
    }

    var pieces: [Piece]
    var hangsUp = false

    /// - Parameter frame: puts unit and PDU into a frame of the line.
    init(
        unit: UInt8, pdu answered: [UInt8], transaction: UInt16?, misbehaving misbehaviour: ModbusMisbehaviour?
    ) {
        var unit = unit
        var pdu = answered
        var transaction = transaction
        switch misbehaviour {
        case .silent, .hangsUp:
            self.pieces = []
            self.hangsUp = misbehaviour == .hangsUp
            return
        case .exception(let exception): pdu = [pdu[0] & 0x7F | 0x80, exception.code]
        case .wrongUnit(let other): unit = other
        case .wrongFunction(let other): pdu[0] = other
        case .wrongTransaction(let shift): transaction = transaction.map { $0 &+ shift }
        case .wrongLength(let change): pdu = Self.changed(pdu, by: change)
        case .wrongEcho: if pdu.count > 2 { pdu[2] ^= 1 }
        default: break
        }
        let bytes = Self.frame(unit, pdu, transaction)
        self.pieces = Self.pieces(bytes, misbehaviour, isTCP: transaction != nil)
    }

    private static func frame(_ unit: UInt8, _ pdu: [UInt8], _ transaction: UInt16?) -> [UInt8] {
        transaction.map { ModbusTCPFrame(transaction: $0, unit: unit, pdu: pdu).bytes }
            ?? ModbusRTUFrame(unit: unit, pdu: pdu).bytes
    }

    private static func pieces(
        _ frame: [UInt8], _ misbehaviour: ModbusMisbehaviour?, isTCP: Bool
    ) -> [Piece] {
        var bytes = frame
        switch misbehaviour {
        case .late(let pause): return [Piece(bytes: bytes, pause: pause)]
        case .dribbled(let pause): return bytes.map { Piece(bytes: [$0], pause: pause) }
        case .doubled: bytes += frame
        case .garbageBefore(let garbage): bytes = garbage + bytes
        case .garbageAfter(let garbage): bytes += garbage
        case .garbageInside(let garbage): bytes.insert(contentsOf: garbage, at: bytes.count / 2)
        case .truncated(let count): bytes = Array(bytes.prefix(count))
        case .flipped(let place): bytes[place % bytes.count] ^= 0x04
        case .wrongChecksum: if !isTCP { bytes[bytes.count - 1] ^= 0xFF }
        case .wrongHeaderLength(let change): if isTCP { bytes[5] = UInt8(truncatingIfNeeded: Int(bytes[5]) + change) }
        default: break
        }
        return [Piece(bytes: bytes)]
    }

    private static func changed(_ pdu: [UInt8], by change: Int) -> [UInt8] {
        guard pdu.count > 2, change != 0 else { return pdu }
        var pdu = change < 0 ? pdu.dropLast(min(-change, pdu.count - 2)) : pdu + [UInt8](repeating: 0, count: change)
        // Answers to reads say how many bytes follow.
        if [1, 2, 3, 4, 23].contains(pdu[0]) { pdu[1] = UInt8(truncatingIfNeeded: pdu.count - 2) }
        return pdu
    }
}
